"""Writes reference.csv: principal components of the sets in Datasets/, by scikit-learn and SciPy.

    pip install scikit-learn==1.9.1
    python make_reference.py

Each line is: set, scaling, what, index, numbers. For complete rows the numbers are scikit-learn's
PCA by the full singular value decomposition, axes turned so that their largest entry is positive;
scalings robust and minmax are scikit-learn's scalers before it.
For missing cells (scaling "missing") they are the maximum of the likelihood of the observed cells
under the model of Tipping and Bishop, found by SciPy's general optimizer from the gradient,
which shares nothing with the rounds of expectation and maximisation that it checks.
"""

import csv
import pathlib

import numpy
from scipy.optimize import minimize
from sklearn.decomposition import PCA, KernelPCA
from sklearn.preprocessing import MinMaxScaler, RobustScaler

HERE = pathlib.Path(__file__).resolve().parent
DATASETS = HERE.parents[2] / "Datasets"
COLUMNS = {
    "iris": range(4),
    "wine": range(13),
    "breast_cancer": range(30),
    "digits": range(64),
    "penguins": [2, 3, 4, 5, 7],
}


def read(name):
    with open(DATASETS / f"{name}.csv", newline="") as file:
        rows = list(csv.reader(file))[1:]
    return numpy.array(
        [[float("nan" if row[c] == "NA" else row[c]) for c in COLUMNS[name]] for row in rows]
    )


def standardised(x):
    deviation = numpy.nanstd(x, axis=0)
    return (x - numpy.nanmean(x, axis=0)) / numpy.where(deviation > 0, deviation, 1)


def sign(axis):
    return numpy.sign(axis[numpy.argmax(numpy.abs(axis) >= numpy.abs(axis).max() * (1 - 1e-9))])


def text(numbers):
    return [f"{number:.13g}" for number in numpy.atleast_1d(numbers)]


def exact(name, scaling, x, write):
    full = PCA(svd_solver="full").fit(x)
    write([name, scaling, "variance", 0, *text(full.explained_variance_)])
    signs = numpy.array([sign(axis) for axis in full.components_])
    scores = full.transform(x) * signs
    for index in range(min(8, x.shape[1])):
        write([name, scaling, "axis", index, *text(full.components_[index] * signs[index])])
    for row in (0, len(x) // 2, len(x) - 1):
        write([name, scaling, "scores", row, *text(scores[row, :8])])
    two = PCA(n_components=2, svd_solver="full").fit(x)
    write([name, scaling, "ratio of two", 0, *text(two.explained_variance_ratio_)])
    write([name, scaling, "singular of two", 0, *text(two.singular_values_)])
    write([name, scaling, "noise of two", 0, *text(two.noise_variance_)])
    write([name, scaling, "likelihood of two", 0, *text(two.score(x))])
    white = PCA(n_components=2, svd_solver="full", whiten=True).fit(x)
    for row in (0, len(x) // 2, len(x) - 1):
        write([name, scaling, "white scores", row, *text(white.transform(x)[row] * signs[:2])])


def kernel(name, x, write):
    """Fitted to two rows of three, applied to the others; the sign of a score is free."""
    held_out = numpy.arange(len(x)) % 3 == 2
    model = KernelPCA(
        n_components=4, kernel="rbf", gamma=0.05, alpha=0.1, fit_inverse_transform=True,
        eigen_solver="dense",
    ).fit(x[~held_out])
    scores = model.transform(x[held_out])
    for row in (0, 7):
        write([name, "kernel", "scores", row, *text(numpy.abs(scores[row]))])
        write([name, "kernel", "back", row, *text(model.inverse_transform(scores)[row])])


def likelihood(parameters, x, k):
    """Minus the mean log likelihood of the observed cells, and its gradient."""
    n, p = x.shape
    mean, weights = parameters[:p], parameters[p:-1].reshape(p, k)
    noise = numpy.exp(parameters[-1])
    covariance = weights @ weights.T + noise * numpy.eye(p)
    value, d_mean, d_covariance = 0.0, numpy.zeros(p), numpy.zeros((p, p))
    seen = ~numpy.isnan(x)
    for pattern in numpy.unique(seen, axis=0):
        rows = x[(seen == pattern).all(axis=1)][:, pattern] - mean[pattern]
        place = numpy.ix_(pattern, pattern)
        inverse = numpy.linalg.inv(covariance[place])
        solved = rows @ inverse
        logarithm = numpy.linalg.slogdet(covariance[place])[1] + pattern.sum() * numpy.log(
            2 * numpy.pi
        )
        value += 0.5 * (len(rows) * logarithm + (solved * rows).sum())
        d_mean[pattern] -= solved.sum(axis=0)
        d_covariance[place] += 0.5 * (len(rows) * inverse - solved.T @ solved)
    gradient = numpy.concatenate(
        [d_mean, (2 * d_covariance @ weights).ravel(), [numpy.trace(d_covariance) * noise]]
    )
    return value / n, gradient / n


def missing(name, x, k, write):
    n, p = x.shape
    filled = numpy.where(numpy.isnan(x), numpy.nanmean(x, axis=0), x)
    start = PCA(n_components=k, svd_solver="full").fit(filled)
    weights = start.components_.T * numpy.sqrt(start.explained_variance_ - start.noise_variance_)
    parameters = numpy.concatenate(
        [start.mean_, weights.ravel(), [numpy.log(start.noise_variance_)]]
    )
    for _ in range(5):
        parameters = minimize(
            likelihood, parameters, (x, k), "BFGS", jac=True, options={"gtol": 1e-9}
        ).x
    mean, weights = parameters[:p], parameters[p:-1].reshape(p, k)
    noise = numpy.exp(parameters[-1])
    axes, lengths, _ = numpy.linalg.svd(weights, full_matrices=False)
    unbiased = n / (n - 1)
    variances = (lengths**2 + noise) * unbiased
    write([name, "missing", "mean", 0, *text(mean)])
    write([name, "missing", "variance", 0, *text(variances)])
    write([name, "missing", "noise", 0, *text(noise * unbiased)])
    unbiased_parameters = numpy.concatenate(
        [mean, (weights * unbiased**0.5).ravel(), [parameters[-1] + numpy.log(unbiased)]]
    )
    write([name, "missing", "likelihood", 0, *text(-likelihood(unbiased_parameters, x, k)[0])])
    for index in range(k):
        write([name, "missing", "axis", index, *text(axes[:, index] * sign(axes[:, index]))])
    # The expected values of the missing cells of the first row that has any.
    row = x[numpy.isnan(x).any(axis=1)][0]
    seen = ~numpy.isnan(row)
    covariance = weights @ weights.T + noise * numpy.eye(p)
    slope = covariance[numpy.ix_(~seen, seen)] @ numpy.linalg.inv(covariance[numpy.ix_(seen, seen)])
    write([name, "missing", "filled", 0, *text(mean[~seen] + slope @ (row - mean)[seen])])


def with_holes(x):
    """About a tenth of the cells missing, by a rule that the test repeats."""
    rows, columns = numpy.indices(x.shape)
    return numpy.where((rows * 7 + columns * 5 + rows * columns) % 11 == 3, numpy.nan, x)


def main():
    with open(HERE / "reference.csv", "w", newline="") as file:
        write = csv.writer(file, lineterminator="\n").writerow
        for name in COLUMNS:
            x = read(name)
            complete = x[~numpy.isnan(x).any(axis=1)]
            exact(name, "plain", complete, write)
            exact(name, "standardised", standardised(complete), write)
            if name != "digits":  # where scalings differ for columns of quartiles that agree
                exact(name, "robust", RobustScaler().fit_transform(complete), write)
                exact(name, "minmax", MinMaxScaler().fit_transform(complete), write)
        missing("penguins", standardised(read("penguins")), 2, write)
        for name, k in (("iris", 2), ("wine", 3)):
            missing(name, with_holes(standardised(read(name))), k, write)
        for name in ("iris", "wine", "breast_cancer"):
            kernel(name, standardised(read(name)), write)


if __name__ == "__main__":
    main()
