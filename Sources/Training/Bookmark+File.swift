import FoundationEssentials
import Networks
import Tensors

extension Bookmark {
  /// The words and numbers of a bookmark that are no tensors.
  private struct Words: Codable {
    var phase: Int
    var epoch: Int
    var watch: EarlyStopping.Watch?
    var steps: Int
    var slots: [Int]
    var random: Random
    var history: History

    /// Throws if no training can have come there.
    func check() throws(TrainingError) {
      let isPossible =
        [phase, epoch, steps].allSatisfy { (0..<1 << 50).contains($0) }
        && slots.allSatisfy((0...16).contains) && phase < history.phases.count
      guard isPossible else {
        throw TrainingError(
          "The file's bookmark, from which an interrupted training is resumed, is damaged: it stands "
            + "at epoch \(epoch) of phase \(phase), after \(steps) steps, in a history of "
            + "\(history.phases.count) phases.")
      }
    }
  }

  private static let prefix = "resume."

  /// Adds the bookmark to a file.
  func add(to file: inout Checkpoint) throws {
    for (name, tensor) in state { file.tensors["\(Self.prefix)state.\(name)"] = tensor }
    if watch != nil {
      for (name, tensor) in best { file.tensors["\(Self.prefix)best.\(name)"] = tensor }
    }
    for (name, tensor) in average ?? [:] {
      file.tensors["\(Self.prefix)average.\(name)"] = tensor
    }
    for (index, tensors) in memory.tensors.enumerated() {
      for (slot, tensor) in tensors.enumerated() {
        file.tensors["\(Self.prefix)memory.\(index).\(slot)"] = tensor
      }
    }
    let words = Words(
      phase: phase, epoch: epoch, watch: watch, steps: memory.steps,
      slots: memory.tensors.map(\.count), random: random, history: history)
    file.metadata["resume"] = String(decoding: try JSONEncoder().encode(words), as: UTF8.self)
  }

  /// Takes the bookmark out of a file, so that only the model's tensors remain; nil if it has none.
  init?(takingFrom file: inout Checkpoint) throws {
    guard let text = file.metadata["resume"] else { return nil }
    let words = try JSONDecoder().decode(Words.self, from: Data(text.utf8))
    try words.check()
    (phase, epoch, watch) = (words.phase, words.epoch, words.watch)
    (random, history) = (words.random, words.history)
    state = Self.take("state.", from: &file)
    let best = Self.take("best.", from: &file)
    self.best = best.isEmpty ? state : best
    let average = Self.take("average.", from: &file)
    self.average = average.isEmpty ? nil : average
    let tensors = Self.take("memory.", from: &file)
    memory.steps = words.steps
    memory.tensors = words.slots.enumerated().map { index, count in
      (0..<count).compactMap { tensors["\(index).\($0)"] }
    }
  }

  /// Takes out the tensors of one kind, by their names without the prefix.
  private static func take(_ kind: String, from file: inout Checkpoint) -> [String: Tensor] {
    let start = prefix + kind
    var taken: [String: Tensor] = [:]
    for name in file.tensors.keys where name.hasPrefix(start) {
      taken[String(name.dropFirst(start.count))] = file.tensors[name]
    }
    file.tensors = file.tensors.filter { !$0.key.hasPrefix(start) }
    return taken
  }
}
