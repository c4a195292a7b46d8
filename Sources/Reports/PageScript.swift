/// What draws the charts, with Chart.js, from the numbers that stand in the page.
///
/// Names reach the document as text only, never as markup. Charts are made anew when the colours of
/// the system change, and in light colours for print.
enum PageScript {
  static let text = #"""
    "use strict";
    (() => {
      const data = JSON.parse(document.getElementById("report-data").textContent);
      const light = { ink: "#16181d", quiet: "#4a505c", grid: "#e9ebef", paper: "#ffffff",
                      nonlinear: "#2f5bd8", linear: "#c0601a", kernel: "#2f8a5b" };
      const words = ["#3f6fd8", "#d9732b", "#2f9e63", "#c8416b", "#8a5cc7", "#b08a1e", "#1b9aaa",
                     "#8c564b", "#e377c2", "#6b7280", "#7fb800", "#0f4c81"];
      const scale = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]];
      let theme = light;

      function themeNow() {
        const style = getComputedStyle(document.documentElement);
        const of = name => style.getPropertyValue("--" + name).trim();
        return { ink: of("ink"), quiet: of("quiet"), grid: of("grid"), paper: of("paper"),
                 nonlinear: of("nonlinear"), linear: of("linear"), kernel: of("kernel") };
      }
      function faded(hex, alpha) {
        const n = parseInt(hex.slice(1), 16);
        return `rgba(${n >> 16}, ${n >> 8 & 255}, ${n & 255}, ${alpha})`;
      }
      function onScale(share) {
        const at = Math.min(0.9999, Math.max(0, share)) * (scale.length - 1), i = Math.floor(at);
        const part = scale[i].map((low, c) => Math.round(low + (at - i) * (scale[i + 1][c] - low)));
        return `rgb(${part.join(", ")})`;
      }
      const short = value => value === null || value === undefined ? "–"
        : Math.abs(value) >= 1e5 || (value !== 0 && Math.abs(value) < 1e-3) ? value.toExponential(2)
        : String(+value.toPrecision(4));
      const clipped = (name, most = 22) => name.length > most ? name.slice(0, most - 1) + "…" : name;

      // An interval as a band between two lines that are not drawn themselves.
      function curve(label, color, intervals) {
        const edge = { pointRadius: 0, borderWidth: 0, tension: 0, isBand: true };
        return [
          { label, data: intervals.map(i => i.value), borderColor: color, backgroundColor: color,
            borderWidth: 2.5, pointRadius: 3.5, pointHoverRadius: 6, tension: 0, intervals },
          { ...edge, label: "", data: intervals.map(i => i.low), fill: "+1",
            backgroundColor: faded(color, 0.2) },
          { ...edge, label: "", data: intervals.map(i => i.high) },
        ];
      }
      function axis(title, more = {}) {
        return { title: { display: !!title, text: title, color: theme.quiet },
                 grid: { color: theme.grid, drawBorder: false, ...more.grid },
                 ticks: { color: theme.quiet, maxRotation: 0, ...more.ticks }, ...more.rest };
      }
      function options(x, y, more = {}) {
        return {
          responsive: true, maintainAspectRatio: false, animation: false,
          interaction: more.interaction || { mode: "index", intersect: false },
          indexAxis: more.indexAxis || "x",
          scales: { x, y },
          plugins: {
            legend: { display: more.legend !== false, position: "top", align: "start",
                      labels: { color: theme.ink, boxWidth: 7, boxHeight: 7, padding: 16, usePointStyle: true,
                                font: { size: 13 },
                                filter: item => item.text !== "" } },
            tooltip: { filter: item => !item.dataset.isBand, footerFont: { weight: "normal" },
                       callbacks: { footer: more.footer || (() => ""), label: more.tip || (item => ` ${item.dataset.label}: ${short(item.parsed[more.indexAxis === "y" ? "x" : "y"])}`) } },
          },
        };
      }
      const bars = (label, color, values) =>
        ({ label, data: values, backgroundColor: color, borderRadius: 3, maxBarThickness: 28 });

      const makers = {
        explained() {
          const plain = (label, color, values) => ({ label, data: values, borderColor: faded(color, 0.7),
            borderDash: [4, 4], borderWidth: 1.25, pointRadius: 0, pointStyle: "line", tension: 0 });
          const sets = [...curve("nonlinear, unseen rows", theme.nonlinear, data.nonlinear),
                        ...curve("linear, unseen rows", theme.linear, data.linear)];
          if (data.kernel) sets.push(...curve("kernel PCA, unseen rows", theme.kernel, data.kernel));
          if (data.nonlinearTraining) {
            sets.push(plain("nonlinear, training rows", theme.nonlinear, data.nonlinearTraining),
                      plain("linear, training rows", theme.linear, data.linearTraining));
          }
          const tip = item => {
            const range = item.dataset.intervals && item.dataset.intervals[item.dataIndex];
            return ` ${item.dataset.label}: ${short(item.parsed.y)}`
              + (range ? ` (${short(range.low)} to ${short(range.high)})` : "");
          };
          return { type: "line", data: { labels: data.components, datasets: sets },
            options: options(axis("components", { grid: { display: false } }),
              axis("explained variance", { rest: { suggestedMin: 0, max: 1 } }), { tip }) };
        },
        gain() {
          return { type: "line",
            data: { labels: data.components, datasets: curve("gain", theme.nonlinear, data.gain) },
            options: options(axis("components", { grid: { display: false } }),
              axis("gain", { rest: { suggestedMin: 0 } }), { legend: false }) };
        },
        adds() {
          return { type: "bar", data: { labels: data.steps, datasets: [
              bars("nonlinear", theme.nonlinear, data.nonlinearAdds),
              bars("linear", theme.linear, data.linearAdds)] },
            options: options(axis("component", { grid: { display: false } }), axis("adds")) };
        },
        scree() {
          return { type: "bar", data: { labels: data.scree.map((_, i) => i + 1),
              datasets: [bars("share of the variance", theme.linear, data.scree)] },
            options: options(axis("principal axis", { grid: { display: false } }),
              axis("share of the variance"), { legend: false }) };
        },
        columns() {
          const values = data.columns.flatMap(c => [c.nonlinear, c.linear]).filter(v => v !== null);
          const lowest = Math.min(0, Math.max(-0.5, Math.floor(10 * Math.min(...values)) / 10));
          return { type: "bar", data: { labels: data.columns.map(c => clipped(c.name)), datasets: [
              bars("nonlinear", theme.nonlinear, data.columns.map(c => c.nonlinear)),
              bars("linear", theme.linear, data.columns.map(c => c.linear))] },
            options: options(axis("explained variance of unseen rows", { rest: { min: lowest, max: 1 } }),
              axis("", { grid: { display: false }, ticks: { autoSkip: false } }),
              { indexAxis: "y", footer: items => {
                const gain = items.length ? data.columns[items[0].dataIndex].gain : null;
                return gain ? `gain ${short(gain.value)} (${short(gain.low)} to ${short(gain.high)})` : "";
              } }) };
        },
        training() {
          const curveOf = data.drawings.training, most = curveOf.epochCount;
          const spread = values => values.map((y, i) => ({ x: most * (i + 1) / values.length, y }));
          const line = (label, color, values) => ({ label, data: spread(values), borderColor: color,
            backgroundColor: color, borderWidth: 1.75, pointRadius: values.length > 40 ? 0 : 2, tension: 0 });
          const sets = [line("training rows, with noise", faded(theme.nonlinear, 0.6), curveOf.losses)];
          if (curveOf.validationLosses.length) {
            sets.push(line("rows to choose by", theme.ink, curveOf.validationLosses));
          }
          return { type: "line", data: { datasets: sets },
            options: options(axis("epoch", { grid: { display: false }, rest: { type: "linear", min: 0 } }),
              axis("loss", { rest: { type: "logarithmic" } })) };
        },
      };

      function colorOf(row, fallback) {
        const colors = data.drawings.scatter.colors;
        if (!colors) return faded(fallback, 0.55);
        const value = colors.values[row];
        if (value === null || value === undefined) return faded(theme.quiet, 0.3);
        if (colors.levels.length) return words[value % words.length];
        return onScale((value - colors.low) / (colors.high - colors.low || 1));
      }
      function scatter(method) {
        const points = data.drawings.scatter[method];
        const colors = points.map((_, row) => colorOf(row, theme[method]));
        const named = row => {
          const by = data.drawings.scatter.colors;
          if (!by) return "";
          const value = by.values[row];
          return `, ${clipped(by.name, 30)} ` + (value === null || value === undefined ? "missing"
            : by.levels.length ? clipped(by.levels[value], 30) : short(value));
        };
        return { type: "scatter",
          data: { datasets: [{ label: method, data: points.map(([x, y]) => ({ x, y })),
            backgroundColor: colors, borderWidth: 0, pointRadius: points.length > 600 ? 2 : 3.25 }] },
          options: options(axis("component 1", { grid: { display: false } }), axis("component 2"),
            { legend: false, interaction: { mode: "nearest", intersect: true },
              tip: item => ` ${short(item.parsed.x)}, ${short(item.parsed.y)}${named(item.dataIndex)}` }) };
      }
      makers["scatter-nonlinear"] = () => scatter("nonlinear");
      makers["scatter-linear"] = () => scatter("linear");
      function reconstructed(index) {
        const column = data.drawings.reconstructions.columns[index];
        const points = method => ({ label: method, pointRadius: 2, borderWidth: 0,
          backgroundColor: faded(theme[method], method === "linear" ? 0.45 : 0.7),
          data: column.original.map((x, i) => ({ x, y: column[method][i] })) });
        const low = Math.min(...column.original), high = Math.max(...column.original);
        const exact = { type: "line", label: "exact", data: [{ x: low, y: low }, { x: high, y: high }],
          borderColor: faded(theme.quiet, 0.6), borderWidth: 1, pointRadius: 0 };
        return { type: "scatter", data: { datasets: [points("nonlinear"), points("linear"), exact] },
          options: options(axis("original", { grid: { display: false }, ticks: { maxTicksLimit: 4 } }),
            axis("given back", { ticks: { maxTicksLimit: 4 } }),
            { legend: false, interaction: { mode: "nearest", intersect: true },
              tip: item => ` ${item.dataset.label}: ${short(item.parsed.x)} → ${short(item.parsed.y)}` }) };
      }

      const charts = new Map();
      function draw(colors) {
        theme = colors;
        Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
        for (const canvas of document.querySelectorAll("canvas[data-chart]")) {
          charts.get(canvas)?.destroy();
          const [kind, index] = canvas.dataset.chart.split("/");
          charts.set(canvas, new Chart(canvas,
            kind === "reconstruction" ? reconstructed(+index) : makers[kind]()));
        }
      }

      // Arrow keys go from point to point of the chart that has the focus.
      document.addEventListener("keydown", event => {
        const chart = charts.get(event.target);
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!chart || !step) return;
        event.preventDefault();
        const count = chart.data.datasets[0].data.length;
        chart.place = ((chart.place ?? (step > 0 ? -1 : 0)) + step + count) % count;
        const active = chart.data.datasets
          .map((set, datasetIndex) => ({ set, datasetIndex, index: chart.place }))
          .filter(a => !a.set.isBand && a.index < a.set.data.length)
          .map(({ datasetIndex, index }) => ({ datasetIndex, index }));
        const shown = chart.config.type === "scatter" ? active.slice(0, 1) : active;
        chart.setActiveElements(shown);
        chart.tooltip.setActiveElements(shown, { x: 0, y: 0 });
        chart.update();
      });

      // Tables of many points are made when they are asked for.
      function fill(details) {
        const body = details.querySelector("tbody");
        if (body.rows.length) return;
        const add = cells => {
          const row = body.insertRow();
          for (const cell of cells) row.insertCell().textContent = cell;
        };
        if (details.dataset.table === "scatter") {
          const { nonlinear, linear, colors } = data.drawings.scatter;
          nonlinear.forEach((point, row) => {
            const value = colors ? colors.values[row] : null;
            add([row + 1, ...point.map(short), ...linear[row].map(short),
                 ...(colors ? [colors.levels.length && value !== null ? colors.levels[value] : short(value)] : [])]);
          });
        } else {
          const column = data.drawings.reconstructions.columns[+details.dataset.table.split("/")[1]];
          column.original.forEach((value, row) =>
            add([short(value), short(column.nonlinear[row]), short(column.linear[row])]));
        }
      }
      for (const details of document.querySelectorAll("details[data-table]")) {
        details.addEventListener("toggle", () => { if (details.open) fill(details); });
      }

      const key = document.getElementById("color-key");
      if (key) {
        const colors = data.drawings.scatter.colors;
        const entries = colors.levels.length
          ? colors.levels.map((name, i) => [name, words[i % words.length]])
          : [0, 0.25, 0.5, 0.75, 1].map(share =>
              [short(colors.low + share * (colors.high - colors.low)), onScale(share)]);
        for (const [name, color] of entries) {
          const item = document.createElement("li"), dot = document.createElement("i");
          dot.style.background = color;
          item.append(dot, name);
          key.append(item);
        }
      }

      draw(themeNow());
      matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => draw(themeNow()));
      const onPaper = isPaper => {
        document.documentElement.classList.toggle("paper", isPaper);
        draw(isPaper ? light : themeNow());
      };
      addEventListener("beforeprint", () => onPaper(true));
      addEventListener("afterprint", () => onPaper(false));
    })();
    """#
}
