import Foundation
import Networks
import Tensors
import Testing

@Suite struct NetworkTests {
  static func example(stages: Int = 3, named: Bool = true) -> Network {
    Network(input: [32, 32, 3], classes: 10) {
      Conv(16, kernel: 3); BatchNorm(); ReLU()
      for stage in 0..<stages {
        for block in 0..<3 {
          Residual(16 << stage, stride: stage > 0 && block == 0 ? 2 : 1)
        }
        if named {
          Exit("stage \(stage + 1)")
        } else {
          Exit()
        }
      }
    }
  }

  @Test func theDesignsCellIsResNet20() throws {
    let plan = try Self.example().plan()
    let canned = try Network.resNet20().plan()
    #expect(plan.multiplyAdds == canned.multiplyAdds)
    #expect(plan.parameterCount == canned.parameterCount)
    #expect(plan.exits == canned.exits)
    #expect(Self.example().elements == Network.resNet20().elements)
  }

  @Test func shapesAreInferred() throws {
    let network = Network(input: [28, 28, 1], classes: 4) {
      Conv(8, kernel: 5, stride: 2, padding: 0)
      MaxPool(3, stride: 2, padding: 1)
      Conv(8, kernel: 3, dilation: 2)
      AveragePool(2)
      Concat { Conv(4, kernel: 1) }
      Parallel {
        Branch { Conv(2, kernel: 3) }
        Branch()
      }
      Flatten()
      Dropout(0.1)
      Exit()
    }
    let shapes = try network.plan().steps.map(\.plan.output)
    #expect(
      shapes == [
        [12, 12, 8], [6, 6, 8], [6, 6, 8], [3, 3, 8], [3, 3, 12], [3, 3, 14], [126], [126], [4],
      ])
  }

  @Test func convolutionHasABiasUnlessNormalized() throws {
    let network = Network(input: [8, 8, 3], classes: 2) {
      Conv(4, kernel: 3); BatchNorm()
      Conv(4, kernel: 3); ReLU()
      Conv(4, kernel: 3, bias: true); BatchNorm()
      Exit {
        Conv(4, kernel: 1); BatchNorm(); GlobalPool(); Dense(2)
      }
    }
    let counts = try network.plan().steps.map(\.plan.parameterCount)
    #expect(counts == [108, 8, 148, 0, 148, 8, 16 + 8 + 10])
  }

  @Test func isAValue() {
    #expect(Self.example() == Self.example())
    #expect(Self.example() != Self.example(stages: 2))
    #expect(Self.example() != Self.example(named: false))
    #expect(Set([Self.example(), Self.example(), .resNet20()]).count == 2)
  }

  static let everyLayer = Network(input: [16, 16, 3], classes: 5, name: "All") {
    Conv(8, kernel: 3, stride: 1, padding: 1, dilation: 1, groups: 1, bias: true)
    BatchNorm(momentum: 0.2, epsilon: 1e-3); ReLU()
    MaxPool(2, stride: 1); AveragePool(2, padding: 1)
    Residual(16, stride: 2, shortcut: .padding)
    Bottleneck(4, expansion: 2)
    Parallel(.sum) {
      Branch { ReLU() }; Branch()
    }
    Concat {
      BatchNorm(); Conv(4, kernel: 1, bias: false)
    }
    MixedPool(to: 4)
    Exit("early", weight: 0.5) {
      GlobalPool(); Dense(5, bias: false)
    }
    Flatten(); Dropout(0.5)
    Exit()
  }

  @Test func isStoredAndReadBack() throws {
    for network in [Self.everyLayer, Self.example(), .resNet50()] {
      let data = try JSONEncoder().encode(network)
      #expect(try JSONDecoder().decode(Network.self, from: data) == network)
    }
  }

  @Test func isStoredByKind() throws {
    let network = Network(input: [8, 8, 1], classes: 2) {
      ReLU(); Exit("end")
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    #expect(
      String(decoding: try encoder.encode(network), as: UTF8.self)
        == #"{"classes":2,"elements":[{"ReLU":{}},{"Exit":{"name":"end","weight":1}}],"#
        + #""input":[8,8,1]}"#)
  }

  @Test func anUnknownLayerIsNamed() throws {
    let text =
      #"{"classes":2,"elements":[{"Swirl":{"turns":3}},{"Exit":{"weight":1}}],"input":[8,8,1]}"#
    #expect {
      try JSONDecoder().decode(Network.self, from: Data(text.utf8))
    } throws: { error in
      "\(error)".contains("a layer Swirl, which is not known here")
    }
  }

  @Test func printsATable() {
    #expect(Network.resNet20().description == Golden.resNet20)
  }

  @Test func printsCustomHeads() {
    let text = Self.everyLayer.description
    #expect(text.contains("→ early { GlobalPool(); Dense(5, bias: fals…"))
    #expect(text.contains("Residual(16, stride: 2, shortcut: .paddin…"))
  }
}

enum Golden {
  static let resNet20 = """
    ResNet-20: 32×32×3 → 10 classes, 3 exits
    Layer                       Output     Parameters   Multiply-adds   To leave here
    ─────────────────────────────────────────────────────────────────────────────────
    Input                       32×32×3
      Conv(16, kernel: 3)       32×32×16          432         442,368
      BatchNorm()               32×32×16           32
      ReLU()                    32×32×16
      Residual(16)              32×32×16        4,672       4,718,592
      Residual(16)              32×32×16        4,672       4,718,592
      Residual(16)              32×32×16        4,672       4,718,592
    → stage 1                   10                170             160      14,598,304
      Residual(32, stride: 2)   16×16×32       14,528       3,670,016
      Residual(32)              16×16×32       18,560       4,718,592
      Residual(32)              16×16×32       18,560       4,718,592
    → stage 2                   10                330             320      27,705,824
      Residual(64, stride: 2)   8×8×64         57,728       3,670,016
      Residual(64)              8×8×64         73,984       4,718,592
      Residual(64)              8×8×64         73,984       4,718,592
    → stage 3                   10                650             640      40,813,664
    ─────────────────────────────────────────────────────────────────────────────────
                                              272,974      40,813,664
    """
}
