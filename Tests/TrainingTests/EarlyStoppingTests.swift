import Testing
import Training

@Suite struct EarlyStoppingTests {
  @Test func stopsOnlyWhenEveryExitIsStale() {
    var watch = EarlyStopping.Watch(EarlyStopping(patience: 2), exits: 2)
    #expect(watch.improves([0.5, 0.5]))
    #expect(watch.improves([0.4, 0.6]))
    #expect(watch.improves([0.4, 0.7]))
    #expect(watch.stale == [2, 0])
    #expect(!watch.isOver)
    #expect(!watch.improves([0.5, 0.7]))
    #expect(!watch.isOver)
    #expect(!watch.improves([0.5, 0.6]))
    #expect(watch.isOver)
    #expect(watch.best == [0.5, 0.7])
  }

  @Test func anImprovementStartsTheCountAgain() {
    var watch = EarlyStopping.Watch(EarlyStopping(patience: 2), exits: 1)
    for accuracy in [0.3, 0.3, 0.31, 0.31] { _ = watch.improves([accuracy]) }
    #expect(watch.stale == [1])
    #expect(!watch.isOver)
  }

  @Test func theMarginIsNotReachedBySmallSteps() {
    var watch = EarlyStopping.Watch(EarlyStopping(patience: 3, margin: 0.05), exits: 1)
    #expect(watch.improves([0.50]))
    #expect(!watch.improves([0.54]))
    #expect(watch.improves([0.56]))
  }

  @Test func anAccuracyOfZeroIsAFirstBest() {
    var watch = EarlyStopping.Watch(EarlyStopping(patience: 1), exits: 1)
    #expect(watch.improves([0]))
    #expect(!watch.improves([0]))
    #expect(watch.isOver)
  }
}
