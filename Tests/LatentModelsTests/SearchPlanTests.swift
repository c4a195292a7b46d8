import LatentModels
import Testing

/// Two shapes, one of them with three strengths of noise.
private let candidates = [
  Candidate([64], noise: 0, steps: 100), Candidate([64], noise: 0.2, steps: 100),
  Candidate([64], noise: 0.1, steps: 100), Candidate([128], noise: 0, steps: 50),
]

private func plan(finalists: Int) -> SearchPlan {
  var plan = SearchPlan.forManyRows(.standard, rowCount: 5000)
  plan.screened = candidates
  plan.finalistCount = finalists
  plan.stepFactor = 2
  return plan
}

@Test func `the best goes on, then its shape with the next stronger noise, then the next best`() {
  #expect(
    plan(finalists: 3).finalists(losses: [0.1, 0.5, 0.4, 0.2]) == [
      Candidate([64], noise: 0, steps: 200), Candidate([64], noise: 0.1, steps: 200),
      Candidate([128], noise: 0, steps: 100),
    ])
}

@Test func `where there is no stronger noise the next best goes on`() {
  #expect(
    plan(finalists: 2).finalists(losses: [0.3, 0.1, 0.4, 0.2]) == [
      Candidate([64], noise: 0.2, steps: 200), Candidate([128], noise: 0, steps: 100),
    ])
}

@Test func `of equal losses, infinite ones too, the first goes on`() {
  #expect(
    plan(finalists: 1).finalists(losses: [.infinity, .infinity, .infinity, .infinity])
      == [Candidate([64], noise: 0, steps: 200)])
  #expect(
    plan(finalists: 1).finalists(losses: [.infinity, 0.3, 0.3, .infinity])
      == [Candidate([64], noise: 0.2, steps: 200)])
}

@Test func `no candidate goes on twice, and no more go on than there are`() {
  let all = plan(finalists: 9).finalists(losses: [0.1, 0.5, 0.4, 0.2])
  #expect(all.count == candidates.count)
  for one in all { #expect(all.count { $0 == one } == 1) }
}

/// All the steps of a plan.
private func stepCount(_ plan: SearchPlan) -> Int {
  let screening = plan.screened.reduce(0) { $0 + $1.steps }
  let losses = [Double](repeating: 0, count: plan.screened.count)
  return plan.finalists(losses: losses).reduce(screening) { $0 + $1.steps }
}

@Test(arguments: [1000, 5000, 100_000])
func `more effort takes more steps, and more rows take no fewer`(rowCount: Int) {
  let steps = Effort.allCases.map { stepCount(.forManyRows($0, rowCount: rowCount)) }
  #expect(steps == steps.sorted() && Set(steps).count == steps.count)
  for effort in Effort.allCases {
    #expect(
      stepCount(.forManyRows(effort, rowCount: 10 * rowCount))
        >= stepCount(.forManyRows(effort, rowCount: rowCount)))
  }
}

@Test(arguments: [10, 300, 999])
func `more effort tries more on few rows`(rowCount: Int) {
  let steps = Effort.allCases.map { effort in
    SearchPlan.forFewRows(effort, rowCount: rowCount).reduce(0) { $0 + $1.steps }
  }
  #expect(steps == steps.sorted() && Set(steps).count == steps.count)
}
