import Datasets
import FoundationEssentials
import Networks
import Tensors
import Testing
import Training

@Suite(.serialized) struct RunTests {
  /// Trains a run and calls `body` with it and a path in a folder that goes away afterwards.
  private func withRun(_ body: (Run, String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "run-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let run = try Toy.network.train(
      .mixed, on: Toy.data(count: 128), epochs: 2, seed: 11, recipe: Toy.recipe)
    try body(run, folder.appending(path: "run.safetensors").path)
  }

  private func message(_ body: () throws -> Void) -> String {
    do { try body() } catch { return "\(error)" }
    return "no error"
  }

  @Test func aRunComesBackWhole() throws {
    try withRun { run, path in
      try run.save(to: path)
      let back = try Run(contentsOf: path, of: Toy.network)
      #expect(back.record == run.record)
      #expect(back.network == run.network)
      #expect(back.model.state() == run.model.state())
      let images = try Toy.data(count: 128).test.batch([0, 1, 2])
      #expect(try back.model.logits(images) == run.model.logits(images))
    }
  }

  @Test func aRunKnowsWhereItComesFrom() throws {
    try withRun { run, _ in
      #expect(run.seed == 11)
      let splits = try Toy.data(count: 128).splits
      #expect(run.splits == splits)
      #expect(run.record.provenance.threads == Tensors.threads)
      #expect(run.record.provenance.oneDNN == Engine.version)
      #expect(run.record.provenance.swift.hasPrefix("6."))
      #expect(run.record.seconds > 0)
      #expect("\(run)".hasPrefix("toy · mixed · quarters · 2 epochs · seed 11 · "))
      #expect("\(run)".contains("\n  second  "))
    }
  }

  @Test func aRunThatWasLoadedTrainsOn() throws {
    try withRun { run, path in
      try run.save(to: path)
      let data = try Toy.data(count: 128)
      let further = try [run, Run(contentsOf: path)].map {
        try Toy.network.train(
          .joint, on: data, epochs: 1, seed: 1, recipe: Toy.recipe, startingFrom: $0)
      }
      #expect(further[0].model.state() == further[1].model.state())
      #expect(further[1].history.phases.count == 3)
    }
  }

  @Test func anotherNetworkIsRefused() throws {
    try withRun { run, path in
      try run.save(to: path)
      let other = Network(input: [8, 8, 1], classes: 4, name: "other") {
        Conv(2, kernel: 3); Exit()
      }
      #expect(
        message { _ = try Run(contentsOf: path, of: other) }
          == "\(path) holds a run of another network: toy, 8×8×1 images, 4 classes, 8 elements, "
          + "expected other, 8×8×1 images, 4 classes, 2 elements.")
    }
  }

  @Test func otherFilesAreRefused() throws {
    try withRun { run, path in
      #expect(message { _ = try Run(contentsOf: path) }.contains(path))
      try Checkpoint(run.model.state()).write(to: path)
      #expect(message { _ = try Run(contentsOf: path) }.contains("tensors but no run"))
      let newer = ["format": "offramp run", "version": "2"]
      try Checkpoint(run.model.state(), metadata: newer).write(to: path)
      #expect(message { _ = try Run(contentsOf: path) }.contains("written by a newer Offramp"))
      let damaged = ["format": "offramp run", "version": "1", "network": "{", "run": "{}"]
      try Checkpoint(run.model.state(), metadata: damaged).write(to: path)
      #expect(message { _ = try Run(contentsOf: path) }.contains("the network among the metadata"))
    }
  }

  @Test func aFileWithMissingTensorsIsRefused() throws {
    try withRun { run, path in
      try run.save(to: path)
      var file = try Checkpoint(contentsOf: path)
      file.tensors.removeValue(forKey: try #require(file.tensors.keys.sorted().first))
      try file.write(to: path)
      #expect(message { _ = try Run(contentsOf: path) }.contains("missing"))
    }
  }

  @Test func aFileCutShortIsRefused() throws {
    try withRun { run, path in
      try run.save(to: path)
      let whole = try Data(contentsOf: URL(filePath: path))
      try whole.prefix(whole.count / 2).write(to: URL(filePath: path))
      #expect(message { _ = try Run(contentsOf: path) }.contains(path))
    }
  }

  @Test func spreadsAreMeansAndDeviationsOverSeeds() throws {
    let spread = Spread("x", [1, 2, 4])
    #expect(abs(spread.mean - 7.0 / 3) < 1e-12)
    #expect(abs((spread.deviation ?? 0) - (7.0 / 3).squareRoot()) < 1e-12)
    #expect(Spread("x", [1]).deviation == nil)
    let data = try Toy.data(count: 128)
    let runs = try [Regime.joint, .mixed, .joint].enumerated().map {
      try Toy.network.train($1, on: data, epochs: 2, seed: UInt64($0), recipe: Toy.recipe)
    }
    let accuracies = runs.validationAccuracies
    #expect(accuracies.map(\.name) == ["first", "second", "last"])
    #expect(accuracies[0].values == runs.compactMap { $0.validationAccuracies?[0] })
    #expect(runs.byRegime.map { $0.runs.count } == [2, 1])
  }
}
