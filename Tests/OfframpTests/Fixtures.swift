import Foundation
import Offramp
import Synchronization

/// Values to display, made without training.
enum Fixtures {
  static let network = Network(input: [8, 8, 1], classes: 4, name: "Toy") {
    Conv(4, kernel: 3)
    ReLU()
    Exit("early")
    Conv(8, kernel: 3, stride: 2)
    ReLU()
    Exit("middle")
    Conv(8, kernel: 3)
    ReLU()
    Exit("late")
  }

  /// Answers of three exits that get surer and better; easy samples are answered rightly at once.
  static func logits(seed: UInt64 = 1, count: Int = 90) throws -> ExitLogits {
    var random = Random(seed: seed)
    let labels = (0..<count).map { _ in Int32(random.next() % 4) }
    let difficulty = (0..<count).map { Float($0) / Float(count) }
    let logits = (1...3).map { exit in
      zip(labels, difficulty).flatMap { label, difficulty in
        (0..<4).map { place -> Float in
          let signal = place == Int(label) ? Float(exit) * 3 * (1.1 - difficulty) : 0
          return signal + Float(random.next() % 1000) / 1000
        }
      }
    }
    let exits = try network.exits.map {
      ExitLogits.Exit(
        name: $0.name, multiplyAdds: $0.multiplyAdds, lazyMultiplyAdds: $0.lazyMultiplyAdds)
    }
    return try ExitLogits(
      exits: exits, labels: labels, classes: 4, logits: logits, difficulty: difficulty)
  }

  /// A history of two phases: the last exit learns first, then all.
  static func history() throws -> History {
    let phases = [(0, [2]), (1, [0, 1, 2])].map { index, exits in
      (1...3).map { epoch in
        EpochFields(
          phase: index, epoch: epoch,
          exits: exits.map { exit in
            ExitFields(
              exit: exit, name: ["early", "middle", "late"][exit],
              loss: 1 / Double(epoch + index), validationAccuracy: 0.5 + 0.1 * Double(epoch))
          })
      }
    }
    let fields = HistoryFields(
      phases: ["backbone", "everything"].map { PhaseFields(part: $0) },
      epochs: phases.flatMap { $0 })
    return try JSONDecoder().decode(History.self, from: JSONEncoder().encode(fields))
  }

  /// A run that was not trained; without data unless given.
  static func run(
    _ regime: Regime = .mixed, seed: UInt64 = 0, data: Dataset? = nil
  ) throws -> Run {
    let fields = RecordFields(regime: regime, seed: seed, history: try history())
    let record = try JSONDecoder().decode(RunRecord.self, from: JSONEncoder().encode(fields))
    return Run(model: try Model(network, seed: seed), record: record, data: data)
  }
}

private struct ExitFields: Encodable {
  var exit: Int
  var name: String
  var loss: Double
  var trainingAccuracy = 0.5
  var validationAccuracy: Double
}

private struct EpochFields: Encodable {
  var phase: Int
  var epoch: Int
  var learningRate = 0.1
  var seconds = 1.0
  var exits: [ExitFields]
}

private struct PhaseFields: Encodable {
  var part: String
  var plannedEpochs = 3
  var epochs = 3
  var steps = 30
  var end = "completed"
  var seconds = 3.0
  var waitingSeconds = 0.0
}

private struct HistoryFields: Encodable {
  var phases: [PhaseFields]
  var epochs: [EpochFields]
}

private struct RecordFields: Encodable {
  var regime: Regime
  var epochs = EpochBudget.total(6)
  var recipe = Recipe.default
  var seed: UInt64
  var exits = ["early", "middle", "late"]
  var splits = Splits(dataset: "toys", seed: 0, train: [], validation: [], test: [])
  var history: History
  var outcome = TrainingOutcome.completed
  var validationAccuracies = [0.5, 0.75, 0.875]
  var seconds = 71.0
  var provenance = Provenance.current
}

/// A sink that keeps what it is shown.
final class Notebook: DisplaySink {
  private let log = Mutex<[(id: String?, bundle: MIMEBundle, isUpdate: Bool)]>([])

  /// Everything shown and updated, in order.
  var events: [(id: String?, bundle: MIMEBundle, isUpdate: Bool)] { log.withLock { $0 } }

  func show(_ bundle: MIMEBundle, id: String?) { log.withLock { $0.append((id, bundle, false)) } }
  func update(_ bundle: MIMEBundle, id: String) { log.withLock { $0.append((id, bundle, true)) } }
  func clear(wait: Bool) {}
}
