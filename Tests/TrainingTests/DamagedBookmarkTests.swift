import Foundation
import Networks
import Synchronization
import Tensors
import Testing
import Training

/// An interrupted run whose file says what no training can have come to is an error.
@Suite(.serialized) struct DamagedBookmarkTests {
  /// What resuming says when a number of the bookmark is another one.
  private func says(_ key: String, _ value: Any) throws -> String {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("damaged-\(UUID().uuidString).safetensors").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let data = try Toy.data(count: 128)
    let asked = Mutex(0)
    let run = try Trainer.with(
      shouldStop: {
        asked.withLock {
          $0 += 1
          return $0 > 9
        }
      }
    ) { try Toy.network.train(.mixed, on: data, epochs: 6, recipe: Toy.recipe) }
    #expect(run.isInterrupted)
    try run.save(to: path)
    var file = try Checkpoint(contentsOf: path)
    let text = Data(try #require(file.metadata["resume"]).utf8)
    var words = try #require(try JSONSerialization.jsonObject(with: text) as? [String: Any])
    #expect(words[key] != nil)
    words[key] = value
    file.metadata["resume"] = String(
      decoding: try JSONSerialization.data(withJSONObject: words), as: UTF8.self)
    try file.write(to: path)
    do { _ = try Run(contentsOf: path).resumed(on: data) } catch { return "\(error)" }
    return "no error"
  }

  @Test(arguments: [("phase", -1), ("phase", 9), ("epoch", -3), ("steps", -1), ("steps", .max)])
  func whatCannotBeIsNamed(_ key: String, _ value: Int) throws {
    let says = try says(key, value)
    #expect(says.contains("bookmark") && says.contains("is damaged"), "\(says)")
  }

  @Test func anOptimizerOfOtherParametersIsNamed() throws {
    #expect(try says("slots", [-1]).contains("is damaged"))
    let fewer = try says("slots", [] as [Int])
    #expect(fewer == "no error", "nothing remembered yet is a beginning: \(fewer)")
    let one = try says("slots", [1])
    #expect(one.contains("The optimizer remembers 1 parameters"), "\(one)")
  }

  /// There is nothing left to do.
  @Test func anEpochBeyondTheLastIsTheEnd() throws {
    #expect(try says("epoch", 1000) == "no error")
  }
}
