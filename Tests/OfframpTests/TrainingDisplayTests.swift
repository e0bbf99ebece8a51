import Charts
import Offramp
import Testing

@Suite struct TrainingDisplayTests {
  private let outline = TrainingOutline(
    regime: "mixed", network: "Toy", data: "toys", seed: 3, exits: ["early", "middle", "late"],
    phases: [
      PhaseOutline(
        index: 0, count: 2, part: "backbone", exits: [2], epochs: 3, stepsPerEpoch: 10),
      PhaseOutline(
        index: 1, count: 2, part: "everything", exits: [0, 1, 2], epochs: 3, stepsPerEpoch: 10),
    ])

  private func step(_ step: Int, epoch: Int = 2) -> BatchProgress {
    BatchProgress(
      phase: 0, epoch: epoch, step: step, stepsPerEpoch: 10, exits: [2], losses: [1.5],
      learningRate: 0.1, imagesPerSecond: 1234, fractionDone: 0.25, secondsLeft: 95)
  }

  @Test func oneDisplayIsUpdatedInPlace() throws {
    let notebook = Notebook()
    let display = TrainingDisplay(interval: .zero, sink: notebook)
    display.trainingBegan(outline)
    display.batchEnded(step(1))
    display.trainingEnded(try Fixtures.run())
    let events = notebook.events
    #expect(events.map(\.isUpdate) == [false, true, true])
    #expect(Set(events.map(\.id)).count == 1)
    let going = events[1].bundle
    #expect(going.plainText.contains("25 %"))
    #expect(going.plainText.contains("phase 1 of 2: backbone · epoch 2 of 3"))
    #expect(going.plainText.contains("1\u{A0}min 35\u{A0}s left"))
    #expect(try #require(going.html).contains("width:25.0%"))
    #expect(events[2].bundle.plainText.contains("trained 6 epochs in"))
    #expect(events[2].bundle.plainText.contains("late 87.5"))
  }

  @Test func drawingIsRare() {
    let notebook = Notebook()
    let display = TrainingDisplay(interval: .seconds(3600), sink: notebook)
    display.trainingBegan(outline)
    for count in 1...10 { display.batchEnded(step(count)) }
    #expect(notebook.events.count == 1)
  }

  @Test func aFinishedTrainingIsFoldedByTheNext() throws {
    let notebook = Notebook()
    let display = TrainingDisplay(interval: .zero, sink: notebook)
    display.trainingBegan(outline)
    display.trainingEnded(try Fixtures.run())
    display.trainingBegan(outline)
    let events = notebook.events
    #expect(events.map(\.isUpdate) == [false, true, true, false])
    #expect(try #require(events[2].bundle.html).hasPrefix("<details>"))
    #expect(events[3].id != events[0].id)
  }

  @Test func aFailureIsSaid() {
    let notebook = Notebook()
    let display = TrainingDisplay(interval: .zero, sink: notebook)
    display.trainingBegan(outline)
    display.trainingFailed(InferenceError("x"))
    let plain = notebook.events.last?.bundle.plainText ?? ""
    #expect(plain.contains("ended by an error") && plain.contains(" 0 %"))
  }

  @Test func aLongCourseKeepsFewPoints() {
    var course = LossCourse(exits: 1)
    for step in 1...100_000 { course.add([1 / Double(step)], of: [0], at: Double(step) / 100) }
    #expect((100...240).contains(course.points[0].count))
    #expect(zip(course.points[0], course.points[0].dropFirst()).allSatisfy { $0.x < $1.x })
    course.add([.nan], of: [0], at: 1001)
    #expect(course.points[0].allSatisfy { $0.y.isFinite })
  }
}
