#!/usr/bin/env python3
"""Draw a short animated clip, a row of pixels for each frame.

    python3 make_clip.py FOLDER [--frames 300] [--seed 0]

Writes FOLDER/clip.csv: 60 × 80 grey pixels 0 to 255 as columns p0 to p4799, row by row. A sun goes over
hills, a ball bounces, clouds drift; the seed sets the speeds. Only Python's own library is used.
"""

import argparse
import csv
import math
import random
from pathlib import Path

HEIGHT, WIDTH = 60, 80


def frames(count, seed):
    """Pixels of each frame, row by row."""
    draw = random.Random(seed)
    ball_speed, bounce_speed = draw.uniform(0.05, 0.08), draw.uniform(0.13, 0.2)
    cloud_speed, sun_speed = draw.uniform(0.2, 0.4), draw.uniform(0.018, 0.024)
    hills = [(draw.uniform(3, 6), draw.uniform(0.05, 0.15), draw.uniform(0, 6)) for _ in range(3)]
    ground = [
        44 - sum(size * math.sin(pace * x + start) for size, pace, start in hills) / 2
        for x in range(WIDTH)]
    for frame in range(count):
        angle = sun_speed * frame
        sun = (WIDTH * (0.5 - 0.42 * math.cos(angle)), 40 - 32 * abs(math.sin(angle)))
        ball = (
            WIDTH * (0.5 + 0.4 * math.sin(ball_speed * frame)),
            50 - 30 * abs(math.sin(bounce_speed * frame)))
        cloud = (cloud_speed * frame * 3) % (WIDTH + 40) - 20
        light = 60 + 90 * abs(math.sin(angle))
        yield [pixel(x, y, sun, ball, cloud, light, ground) for y in range(HEIGHT)
               for x in range(WIDTH)]


def pixel(x, y, sun, ball, cloud, light, ground):
    value = light + 0.8 * (HEIGHT - y)
    value = blend(value, 235, disc(x, y, *sun, 7))
    value = blend(value, 200, 0.7 * disc(x, 2 * y, cloud, 24, 10))
    value = blend(value, 45 + 0.25 * light, step(y - ground[x]))
    value = blend(value, 20, disc(x, y, *ball, 5))
    return max(0, min(255, round(value)))


def blend(below, above, share):
    return below + share * (above - below)


def step(distance):
    """0 well outside, 1 well inside, an even slope of two pixels between."""
    return max(0.0, min(1.0, distance / 2 + 0.5))


def disc(x, y, center_x, center_y, radius):
    return step(radius - math.hypot(x - center_x, y - center_y))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--frames", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with open(options.folder / "clip.csv", "w", encoding="ascii", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([f"p{place}" for place in range(HEIGHT * WIDTH)])
        writer.writerows(frames(options.frames, options.seed))


if __name__ == "__main__":
    main()
