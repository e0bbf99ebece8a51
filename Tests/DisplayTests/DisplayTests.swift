import Display
import Synchronization
import Testing

@Suite(.serialized) struct DisplayTests {
  struct Swatch: Displayable {
    var display: MIMEBundle { MIMEBundle(plain: "red", ["text/html": .text("<b>red</b>")]) }
  }

  final class Recorder: DisplaySink {
    let lines = Mutex<[String]>([])
    func show(_ bundle: MIMEBundle, id: String?) {
      lines.withLock { $0.append("show \(bundle.plainText) \(id ?? "-")") }
    }
    func update(_ bundle: MIMEBundle, id: String) {
      lines.withLock { $0.append("update \(bundle.plainText) \(id)") }
    }
    func clear(wait: Bool) { lines.withLock { $0.append("clear \(wait)") } }
  }

  @Test func everyDisplayReachesTheSinkInOrder() {
    let recorder = Recorder()
    let before = DisplayOutput.sink
    DisplayOutput.sink = recorder
    defer { DisplayOutput.sink = before }
    display(1)
    let handle = display("two", id: "x")
    handle.update(3.5)
    clearOutput(wait: true)
    display(Swatch())
    #expect(
      recorder.lines.withLock { $0 } == [
        "show 1 -", "show two x", "update 3.5 x", "clear true", "show red -",
      ])
  }

  @Test func aValueShowsItself() {
    #expect(bundle(for: Swatch()).data["text/html"] == .text("<b>red</b>"))
    #expect(bundle(for: Swatch() as Swatch? as Any).plainText == "red")
    #expect(bundle(for: [1, 2]).plainText == "[1, 2]")
    #expect(bundle(for: Int?.none as Any).plainText == "nil")
  }

  @Test func anInterruptIsRememberedUntilTheNextCell() throws {
    try Interrupt.check()
    Interrupt.request()
    #expect(Interrupt.isRequested)
    #expect(throws: Interrupted.self) { try Interrupt.check() }
    Interrupt.reset()
    #expect(!Interrupt.isRequested)
  }
}
