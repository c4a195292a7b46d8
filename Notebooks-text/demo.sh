#!/bin/sh
# The main job on real data: 8 × 8 pictures of digits, 64 pixels each, squeezed into 8 numbers.
# usage: demo.sh TOOL FOLDER
set -eu
tool=$1
folder=$2
here=$(dirname "$0")
mkdir -p "$folder"

# The first 1,437 digits are learnt from; the other 360 the model never sees.
head -n 1438 "$here/../Datasets/digits.csv" > "$folder/train.csv"
(head -n 1 "$here/../Datasets/digits.csv"; tail -n 360 "$here/../Datasets/digits.csv") > "$folder/test.csv"

run() {
  echo "\$ aepca $*"
  "$tool" "$@"
}

run fit "$folder/train.csv" --components 8 --output "$folder/digits.aepca"
run transform "$folder/digits.aepca" "$folder/test.csv" --output "$folder/reduced.csv"
run reconstruct "$folder/digits.aepca" "$folder/test.csv" --output "$folder/back.csv"
run compare "$folder/train.csv" --components 1...4 --output "$folder/report.html"
echo
echo "In $folder: digits.aepca (the model), reduced.csv (360 digits as 8 numbers each),"
echo "back.csv (their 64 pixels as the model gives them back), report.html (is it worth it?),"
echo "train.csv and test.csv."
