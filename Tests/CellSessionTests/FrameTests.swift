import CellWorker
import Display
import Testing

@Suite struct FrameTests {
  private static let bundle = MIMEBundle(
    plain: "plain äß",
    ["text/html": .text("<b>"), "image/png": .bytes([0, 255]), "x": .json("{}")],
    metadata: ["image/png": "{\"width\":1}"])

  @Test(
    arguments: [
      WorkerReport.ready, .show(bundle, id: nil), .show(bundle, id: "a"), .update(bundle, id: "b"),
      .clear(wait: true), .loaded(address: 1 << 47), .finished(nil), .finished(bundle),
      .threw(type: "T", message: "m"), .unloadable("why"), .unprotected(error: 12),
    ])
  func aReportReadsAsItWasWritten(_ report: WorkerReport) throws {
    let frame = report.frame
    #expect(try WorkerReport(frame: frame) == report)
    for count in 0..<frame.count {
      #expect(throws: FrameReader.Malformed.self) {
        try WorkerReport(frame: Array(frame[..<count]))
      }
    }
  }

  @Test(
    arguments: [
      WorkerCommand.run(library: "/a/b.so", entry: "e", isProtected: true), .acknowledge,
      .interrupt, .abandon, .deliver(CommMessage(.message, id: "c"), isProtected: false),
    ])
  func aCommandReadsAsItWasWritten(_ command: WorkerCommand) throws {
    #expect(try WorkerCommand(frame: command.frame) == command)
  }

  @Test func nonsenseIsRefused() {
    #expect(throws: FrameReader.Malformed.self) { try WorkerReport(frame: [99]) }
    #expect(throws: FrameReader.Malformed.self) {
      try WorkerReport(frame: [6] + [UInt8](repeating: 255, count: 16))
    }
  }

  @Test func framesAreFoundInWhatArrives() {
    var buffer = FrameBuffer()
    let bytes: [UInt8] = [2, 0, 0, 0, 7, 8, 0, 0, 0, 0, 1, 0, 0, 0, 9]
    var found: [[UInt8]] = []
    for byte in bytes {
      buffer.append([byte])
      while let frame = buffer.next() { found.append(frame) }
    }
    #expect(found == [[7, 8], [], [9]])
  }
}
