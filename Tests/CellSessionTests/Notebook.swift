import CellSession
import Display
import Foundation
import Glibc
import Synchronization
import Testing

/// A session in a real worker, with what it showed.
final class Notebook {
  let session: CellSession
  private var number = 0
  private var begun: (@Sendable (CellSession) -> Void)?
  /// The folder of compiled cells of all tests; it is kept, as a second run is quicker with it.
  static let cache = "/tmp/offramp-tests-\(getuid())"

  init(
    cache: String? = Notebook.cache, change: (inout CellSession.Configuration) -> Void = { _ in }
  )
    throws
  {
    var configuration = try CellSession.Configuration.discover()
    configuration.cache = cache
    change(&configuration)
    session = CellSession(configuration)
  }

  deinit { session.shutdown() }

  /// What a cell showed, in order, text of one stream joined, and how it ended.
  func run(_ code: String) -> (shown: [String], outcome: CellOutcome) {
    number += 1
    var shown: [String] = []
    var last: CellEvent.Stream?
    let outcome = session.execute(code, number: number) { event in
      if case .stream(let stream, let text) = event {
        if last == stream {
          shown[shown.count - 1] += text
        } else {
          shown.append("\(stream): \(text)")
        }
        last = stream
      } else {
        shown.append(event.summary)
        last = nil
        if let begun, event.summary == "display begun" {
          Task.detached { [session] in
            usleep(200_000)
            begun(session)
          }
        }
      }
    }
    return (shown, outcome)
  }

  /// The result of a cell that must finish.
  func value(_ code: String, _ location: SourceLocation = #_sourceLocation) -> String? {
    switch run(code).outcome {
    case .finished(let result): return result?.plainText
    case .failed(let failure):
      Issue.record("\(failure.name): \(failure.message)", sourceLocation: location)
      return nil
    }
  }

  /// The failure of a cell that must fail.
  func failure(_ code: String, _ location: SourceLocation = #_sourceLocation) throws -> CellFailure
  {
    guard case .failed(let failure) = run(code).outcome else {
      Issue.record("The cell did not fail.", sourceLocation: location)
      throw Finished()
    }
    return failure
  }

  /// The failure of a cell that is interrupted while it runs, once or again after a pause.
  func failure(
    _ code: String, interrupted times: Int, _ location: SourceLocation = #_sourceLocation
  ) throws -> CellFailure {
    let outcome = run(code) { session in
      for _ in 0..<times {
        session.interrupt()
        usleep(200_000)
      }
    }.outcome
    guard case .failed(let failure) = outcome else {
      Issue.record("The cell did not fail.", sourceLocation: location)
      throw Finished()
    }
    return failure
  }

  /// What a cell showed and how it ended, when something is done shortly after it has begun to
  /// run: however slow the machine is, the compiler has ended by then.
  func run(_ code: String, whenBegun action: @escaping @Sendable (CellSession) -> Void) -> (
    shown: [String], outcome: CellOutcome
  ) {
    begun = action
    defer { begun = nil }
    let (shown, outcome) = run("display(\"begun\"); \(code)")
    return (shown.filter { $0 != "display begun" }, outcome)
  }

  struct Finished: Error {}
}

extension CellEvent {
  fileprivate var summary: String {
    switch self {
    case .stream(let stream, let text): "\(stream): \(text)"
    case .display(let bundle, let id):
      "display \(bundle.plainText)" + (id.map { " as \($0)" } ?? "")
    case .update(let bundle, let id): "update \(id): \(bundle.plainText)"
    case .clearOutput(let wait): "clear \(wait)"
    case .page(let bundle): "page \(bundle.plainText)"
    case .comm(let message): "comm \(message.id) \(message.data)"
    }
  }
}

extension CellFailure {
  /// The traceback without colours.
  var plainTraceback: String {
    traceback.joined(separator: "\n").replacing(#/\u{1B}\[[0-9;]*m/#, with: "")
  }
}

/// Calls `body` with an empty folder, and removes it.
func withEmptyFolder(_ body: (String) throws -> Void) throws {
  var template = Array("/tmp/offramp-cache-XXXXXX".utf8CString)
  let folder = String(cString: mkdtemp(&template))
  defer { try? FileManager.default.removeItem(atPath: folder) }
  try body(folder)
}
