import Offramp
import Testing

@Suite struct NetworkDisplayTests {
  private static let staged = Network(input: [24, 24, 1], classes: 10) {
    Conv(16, kernel: 3)
    BatchNorm()
    ReLU()
    for stage in 0..<3 {
      for block in 0..<3 { Residual(16 << stage, stride: stage > 0 && block == 0 ? 2 : 1) }
      Exit("stage \(stage + 1)")
    }
  }

  private static let plain = Network(input: [28, 28, 3], classes: 5, name: "A plain one") {
    Conv(8, kernel: 5)
    ReLU()
    MaxPool(2)
    Exit("a very long name of an exit") {
      GlobalPool()
      Dense(32)
      ReLU()
      Dense(5)
    }
    Conv(32, kernel: 3)
    BatchNorm()
    ReLU()
    Dropout(0.2)
    MaxPool(2)
    Exit()
    Flatten()
    Dense(64)
    ReLU()
    Exit()
  }

  /// More exits than a row of the drawing holds.
  private static let long = Network(input: [32, 32, 3], classes: 10, name: "Nine exits") {
    Conv(16, kernel: 3)
    for block in 0..<9 {
      Residual(16 << (block / 3), stride: block > 0 && block % 3 == 0 ? 2 : 1)
      Exit("block \(block + 1)")
    }
  }

  @Test func drawsAsBefore() throws {
    try expectGolden(svg(Self.staged), "network")
    try expectGolden(svg(Self.plain), "network-plain")
    try expectGolden(svg(Self.long), "network-rows")
  }

  @Test func theDrawingNamesExitsAndCosts() throws {
    let text = try svg(Self.staged)
    for part in ["stage 1", "stage 2", "stage 3", "35.3", "67.6", "3 × Residual(64)"] {
      #expect(text.contains(part))
    }
    #expect(Self.staged.display.plainText == Self.staged.description)
  }

  @Test func aMistakeIsShownAsItsSentence() {
    let wrong = Network(input: [8, 8, 1], classes: 10) {
      Conv(8, kernel: 9, padding: 0)
      Exit("<last>")
    }
    let bundle = wrong.display
    #expect(bundle.html?.contains("This network cannot be built.") == true)
    #expect(bundle.data["image/svg+xml"] == nil)
    #expect(bundle.plainText.contains("cannot be built"))
  }

  private func svg(_ network: Network) throws -> String {
    try #require(network.display.svg) + "\n"
  }
}
