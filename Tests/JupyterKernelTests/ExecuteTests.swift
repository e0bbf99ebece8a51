import CellSession
import Display
import Glibc
import JupyterProtocol
import Synchronization
import Testing

@Suite struct ExecuteTests {
  @Test func outputKeepsItsOrder() throws {
    let kernel = try KernelFixture(
      ScriptedHost([
        "cell": { _, emit in
          emit(.stream(.standardOutput, "one "))
          emit(.stream(.standardOutput, "two\n"))
          emit(.display(MIMEBundle(plain: "picture"), id: nil))
          emit(.stream(.standardOutput, "three\n"))
          emit(.stream(.standardError, "four\n"))
          emit(.clearOutput(wait: true))
          return .finished(result: MIMEBundle(plain: "five"))
        }
      ]))
    defer { kernel.stop() }
    let (reply, messages) = try kernel.connected().run("cell")
    #expect(
      messages.map(\.summary) == [
        "execute_input", "stdout one two\n", "display_data picture", "stdout three\n",
        "stderr four\n", "clear_output", "execute_result five",
      ])
    #expect(reply["status"] == "ok")
    #expect(reply["execution_count"] == 1)
    #expect(reply["payload"] == [])
    #expect(messages[0].content == ["code": "cell", "execution_count": 1])
    #expect(messages[6].content["execution_count"] == 1)
  }

  @Test func idleIsAlwaysLast() throws {
    let kernel = try KernelFixture(
      ScriptedHost([
        "cell": { _, emit in
          for line in 0..<20 {
            emit(.stream(line % 3 == 0 ? .standardError : .standardOutput, "\(line)\n"))
          }
          return .finished(result: nil)
        }
      ]))
    defer { kernel.stop() }
    let frontend = try kernel.connected()
    for _ in 0..<200 {
      let (_, messages) = try frontend.run("cell")
      let text = messages.filter { $0.header.type == "stream" }
        .compactMap { $0.content["text"]?.string }.joined()
      #expect(text == (0..<20).map { "\($0)\n" }.joined())
    }
    #expect(frontend.receiveFrames(on: .iopub, seconds: 0.05) == nil)
  }

  @Test func textArrivesWhileTheCellRuns() throws {
    let kernel = try KernelFixture()
    defer { kernel.stop() }
    let frontend = try kernel.connected()
    let request = frontend.execute("forever")
    while try frontend.receive(on: .iopub).content["text"] != "started\n" {}
    frontend.send("interrupt_request", on: .control)
    #expect(try frontend.reply(to: request).content["ename"] == "Interrupted")
  }

  @Test func anErrorIsToldOnceAndInTheReply() throws {
    let kernel = try KernelFixture()
    defer { kernel.stop() }
    let (reply, messages) = try kernel.connected().run("boom")
    #expect(messages.map(\.header.type) == ["execute_input", "error"])
    for content in [reply, messages[1].content] {
      #expect(content["ename"] == "Boom")
      #expect(content["evalue"] == "it failed")
      #expect(content["traceback"] == ["In[1]:1", "Boom"])
    }
    #expect(reply["status"] == "error")
    #expect(reply["execution_count"] == 1)
  }

  @Test func cellsAreCountedUnlessTheyAreNotStored() throws {
    let kernel = try KernelFixture()
    defer { kernel.stop() }
    let frontend = try kernel.connected()
    #expect(try frontend.run("1").0["execution_count"] == 1)
    #expect(try frontend.run("boom").0["execution_count"] == 2)
    #expect(try frontend.run("2", ["store_history": false]).0["execution_count"] == 3)
    #expect(try frontend.run("3").0["execution_count"] == 3)
    #expect(try frontend.run(" \n").0["execution_count"] == 3)
    #expect(kernel.host.numbers.withLock { $0 } == [1, 2, 3, 3])
  }

  @Test func aSilentCellPublishesNothing() throws {
    let kernel = try KernelFixture()
    defer { kernel.stop() }
    let frontend = try kernel.connected()
    for code in ["hello", "1", "boom"] {
      #expect(try frontend.run(code, ["silent": true]).1.isEmpty)
    }
    #expect(try frontend.run("1").0["execution_count"] == 1)
  }

  @Test func userExpressionsAreEvaluatedOneByOne() throws {
    let kernel = try KernelFixture()
    defer { kernel.stop() }
    let expressions: JSON = ["good": "x", "bad": "unknown"]
    let frontend = try kernel.connected()
    let (reply, _) = try frontend.run("nothing", ["user_expressions": expressions])
    #expect(reply["status"] == "ok")
    let good = reply["user_expressions"]?["good"]
    #expect(good?["status"] == "ok")
    #expect(good?["data"]?["text/plain"] == "value of x")
    let bad = reply["user_expressions"]?["bad"]
    #expect(bad?["status"] == "error")
    #expect(bad?["ename"] == "CompileError")
    let (failed, _) = try frontend.run("boom", ["user_expressions": expressions])
    #expect(failed["user_expressions"] == nil)
  }

  @Test func anErrorAbortsWhatWaits() throws {
    let kernel = try KernelFixture(
      ScriptedHost([
        "fail": { host, emit in
          _ = ScriptedHost.forever(host, emit)
          return .failed(ScriptedHost.boom)
        }
      ]))
    defer { kernel.stop() }
    let frontend = try kernel.connected()
    let failing = frontend.execute("fail")
    let waiting = [frontend.execute("1"), frontend.execute("2")]
    let question = frontend.send("kernel_info_request")
    while try frontend.receive(on: .iopub).content["text"] != "started\n" {}
    try frontend.awaitPlace()
    frontend.send("interrupt_request", on: .control)
    #expect(try frontend.reply(to: failing).content["status"] == "error")
    for request in waiting {
      let reply = try frontend.reply(to: request).content
      #expect(reply["status"] == "aborted")
      #expect(reply["execution_count"] == 1)
    }
    #expect(try frontend.reply(to: question).content["status"] == "ok")
    #expect(try frontend.run("3").0["status"] == "ok")
    #expect(kernel.host.executed.withLock { $0 } == ["fail", "3"])
  }

  @Test func withoutStopOnErrorNothingIsAborted() throws {
    let kernel = try KernelFixture()
    defer { kernel.stop() }
    let frontend = try kernel.connected()
    let running = frontend.execute("forever", ["stop_on_error": false])
    let waiting = frontend.execute("1")
    while try frontend.receive(on: .iopub).content["text"] != "started\n" {}
    try frontend.awaitPlace()
    frontend.send("interrupt_request", on: .control)
    #expect(try frontend.reply(to: running).content["status"] == "error")
    #expect(try frontend.reply(to: waiting).content["status"] == "ok")
  }

  @Test func anExecuteRequestWithoutCodeIsAnError() throws {
    let kernel = try KernelFixture()
    defer { kernel.stop() }
    let frontend = try kernel.connected()
    let request = frontend.send("execute_request", [:])
    #expect(try frontend.reply(to: request).content["ename"] == "InvalidRequest")
    #expect(try frontend.published(for: request).map(\.summary) == ["busy", "error", "idle"])
    #expect(try frontend.run("1").0["status"] == "ok")
  }

  @Test func lateOutputBelongsToTheLatestCell() throws {
    let kernel = try KernelFixture()
    defer { kernel.stop() }
    let frontend = try kernel.connected()
    let request = frontend.execute("nothing")
    _ = try frontend.published(for: request)
    kernel.host.emitLate(.stream(.standardOutput, "late\n"))
    let message = try frontend.receive(on: .iopub)
    #expect(message.summary == "stdout late\n")
    #expect(message.parentHeader["msg_id"]?.string == request.id)
  }

  @Test func aFloodOfTextArrivesWhole() throws {
    let chunk = String(repeating: "0123456789abcde\n", count: 4096)
    let kernel = try KernelFixture(
      ScriptedHost([
        "flood": { _, emit in
          for _ in 0..<400 { emit(.stream(.standardOutput, chunk)) }
          return .finished(result: nil)
        }
      ]))
    defer { kernel.stop() }
    let frontend = try kernel.connected()
    let request = frontend.execute("flood")
    var count = 0
    for message in try frontend.published(for: request) {
      count += message.content["text"]?.string?.utf8.count ?? 0
    }
    #expect(count == 400 * chunk.utf8.count)
  }
}
