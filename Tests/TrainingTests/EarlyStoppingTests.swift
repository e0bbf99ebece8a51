import Testing
import Training

@Suite struct EarlyStoppingTests {
  /// What `improves` says for each epoch's accuracies, and the watch after them.
  private func follow(
    _ rule: EarlyStopping, _ epochs: [[Double]]
  ) -> (improved: [Bool], watch: EarlyStopping.Watch) {
    var watch = EarlyStopping.Watch(rule, exits: epochs[0].count)
    return (epochs.map { watch.improves($0) }, watch)
  }

  @Test func stopsOnlyWhenEveryExitIsStale() {
    let epochs = [[0.5, 0.5], [0.4, 0.6], [0.4, 0.7], [0.5, 0.7], [0.5, 0.6]]
    let rule = EarlyStopping(patience: 2)
    let (improved, watch) = follow(rule, epochs)
    #expect(improved == [true, true, true, false, false])
    #expect(watch.stale == [4, 2])
    #expect(watch.best == [0.5, 0.7])
    #expect(watch.isOver)
    #expect(!follow(rule, Array(epochs.dropLast())).watch.isOver)
  }

  @Test func anImprovementStartsTheCountAgain() {
    let (_, watch) = follow(EarlyStopping(patience: 2), [[0.3], [0.3], [0.31], [0.31]])
    #expect(watch.stale == [1])
    #expect(!watch.isOver)
  }

  @Test func theMarginIsNotReachedBySmallSteps() {
    let rule = EarlyStopping(patience: 3, margin: 0.05)
    #expect(follow(rule, [[0.50], [0.54], [0.56]]).improved == [true, false, true])
  }

  @Test func anAccuracyOfZeroIsAFirstBest() {
    let (improved, watch) = follow(EarlyStopping(patience: 1), [[0], [0]])
    #expect(improved == [true, false])
    #expect(watch.isOver)
  }
}
