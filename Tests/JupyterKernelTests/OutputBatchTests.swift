import JupyterKernel
import JupyterProtocol
import Testing

@Suite struct OutputBatchTests {
  private var batch = OutputBatch()

  private func stream(_ text: String, _ name: String = "stdout") -> Output {
    .stream(StreamOutput(name: name, text: text), parent: nil)
  }

  private func update(_ text: String, _ id: String) -> Output {
    .update(UpdateDisplayData(MIMEData(data: ["text/plain": .string(text)]), id: id), parent: nil)
  }

  private func texts(_ outputs: [Output]) -> [String] {
    outputs.map {
      switch $0 {
      case .stream(let stream, _): stream.text
      case .update(let update, _): update.content.data["text/plain"]?.string ?? ""
      case .flush: "flush"
      case .other(let content, _): type(of: content).type
      }
    }
  }

  @Test mutating func textOfOneStreamIsJoined() {
    #expect(batch.add(stream("a"), now: 0).isEmpty)
    #expect(batch.add(stream("b"), now: 5).isEmpty)
    #expect(batch.deadline == OutputBatch.textDelay)
    #expect(texts(batch.flush(now: OutputBatch.textDelay)) == ["ab"])
    #expect(batch.deadline == nil)
  }

  @Test mutating func anotherStreamSendsTheFirst() {
    _ = batch.add(stream("a"), now: 0)
    #expect(texts(batch.add(stream("b", "stderr"), now: 1)) == ["a"])
    #expect(texts(batch.flush(now: 2)) == ["b"])
  }

  @Test mutating func anotherCellSendsTheFirst() {
    let header = MessageFactory().message("execute_request", content: [:]).header
    _ = batch.add(stream("a"), now: 0)
    let next = Output.stream(StreamOutput(name: "stdout", text: "b"), parent: header)
    #expect(texts(batch.add(next, now: 1)) == ["a"])
  }

  @Test mutating func anythingElseComesAfterTheTextBeforeIt() {
    _ = batch.add(stream("a"), now: 0)
    let outputs = batch.add(.other(Status.idle, parent: nil), now: 1)
    #expect(texts(outputs) == ["a", "status"])
  }

  @Test mutating func textIsSentBeforeItGrowsTooLarge() {
    _ = batch.add(stream(String(repeating: "x", count: OutputBatch.maximumText)), now: 0)
    #expect(batch.add(stream("y"), now: 1).count == 1)
  }

  @Test mutating func ofQuickUpdatesTheFirstAndTheLastAreSent() {
    #expect(texts(batch.add(update("1", "d"), now: 0)) == ["1"])
    for value in 2...100 {
      #expect(batch.add(update("\(value)", "d"), now: UInt64(value)).isEmpty)
    }
    #expect(batch.deadline == OutputBatch.updateInterval)
    #expect(texts(batch.flush(now: OutputBatch.updateInterval)) == ["100"])
    #expect(batch.add(update("101", "d"), now: OutputBatch.updateInterval + 1).isEmpty)
    #expect(batch.deadline == 2 * OutputBatch.updateInterval)
  }

  @Test mutating func updatesOfSeveralDisplaysAreKeptApart() {
    for id in ["a", "b"] { #expect(batch.add(update("\(id)1", id), now: 0).count == 1) }
    for step in 2...5 {
      for id in ["a", "b"] { _ = batch.add(update("\(id)\(step)", id), now: UInt64(step)) }
    }
    #expect(texts(batch.flush(now: 10)) == ["a5", "b5"])
  }

  @Test mutating func aSlowUpdateIsSentAtOnce() {
    for step in 0..<5 as Range<UInt64> {
      let now = step * OutputBatch.updateInterval
      #expect(texts(batch.add(update("\(step)", "d"), now: now)) == ["\(step)"])
    }
  }

  @Test mutating func textDoesNotHurryUpdates() {
    var sent: [String] = []
    for step in 0..<1000 as Range<UInt64> {
      let now = step * 1_000_000
      for output in [stream("."), update("\(step)", "d")] {
        sent += texts(batch.add(output, now: now) + batch.due(now: now))
      }
    }
    let rest = texts(batch.add(.other(Status.idle, parent: nil), now: 1_000_000_000))
    #expect(sent.filter { !$0.hasPrefix(".") }.count == 20)
    #expect(sent.count { $0.hasPrefix(".") } < 60)
    #expect(rest.suffix(2) == ["999", "status"])
    #expect((sent + rest).filter { $0.hasPrefix(".") }.joined().count == 1000)
  }

  @Test mutating func aDisplayComesAfterItsUpdatesBeforeIt() {
    _ = batch.add(update("1", "d"), now: 0)
    _ = batch.add(update("2", "d"), now: 1)
    _ = batch.add(stream("a"), now: 2)
    let display = DisplayData(MIMEData(data: [:]), id: "d")
    #expect(
      texts(batch.add(.other(display, parent: nil), now: 3)) == ["a", "2", "display_data"])
    #expect(batch.deadline == nil)
  }

  @Test mutating func aQuestionIsPrecededByWhatIsHeld() {
    _ = batch.add(stream("a"), now: 0)
    #expect(texts(batch.add(.flush, now: 1)) == ["a"])
  }
}
