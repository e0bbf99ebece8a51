import Networks
import Tensors
import Testing

/// Totals and parameters of ResNets, counted independently from their PyTorch definitions.
@Suite struct CostTests {
  struct Reference: Sendable, CustomTestStringConvertible {
    let name: String
    let network: Network
    let multiplyAdds: Int
    let parameters: Int
    var testDescription: String { name }
  }

  static let references: [Reference] = [
    Reference(
      name: "ResNet-20, padding shortcut",
      network: .resNet20(exits: .final, shortcut: .padding),
      multiplyAdds: 40_551_040, parameters: 269_722),
    Reference(
      name: "ResNet-20, projection", network: .resNet20(exits: .final),
      multiplyAdds: 40_813_184, parameters: 272_474),
    Reference(
      name: "ResNet-20, 3×3 shortcut",
      network: .resNet20(exits: .final, shortcut: .convolution),
      multiplyAdds: 42_910_336, parameters: 292_954),
    Reference(
      name: "ResNet-20 of 32 times the width, 3×3 shortcut",
      network: .resNet20(exits: .final, shortcut: .convolution, width: 16 * 32),
      multiplyAdds: 43_500_720_128, parameters: 297_355_786),
    Reference(
      name: "ResNet-18, small stem", network: .resNet18(exits: .final),
      multiplyAdds: 555_422_720, parameters: 11_173_962),
    Reference(
      name: "ResNet-34, small stem", network: .resNet34(exits: .final),
      multiplyAdds: 1_159_448_576, parameters: 21_328_292),
    Reference(
      name: "ResNet-34, strided stem", network: .resNet34(exits: .final, stem: .strided),
      multiplyAdds: 291_866_624, parameters: 21_335_972),
    Reference(
      name: "ResNet-50, small stem", network: .resNet50(exits: .final),
      multiplyAdds: 1_298_014_208, parameters: 23_705_252),
    Reference(
      name: "ResNet-50, strided stem, 64 pixels, 200 classes",
      network: .resNet50(classes: 200, exits: .final, input: [64, 64, 3], stem: .strided),
      multiplyAdds: 1_306_083_328, parameters: 23_917_832),
    Reference(
      name: "torchvision's ResNet-34",
      network: .resNet34(classes: 1000, exits: .final, input: [224, 224, 3], stem: .imageNet),
      multiplyAdds: 3_663_761_408, parameters: 21_797_672),
    Reference(
      name: "torchvision's ResNet-50",
      network: .resNet50(classes: 1000, exits: .final, input: [224, 224, 3], stem: .imageNet),
      multiplyAdds: 4_089_184_256, parameters: 25_557_032),
  ]

  @Test(arguments: references) func agreesExactly(_ reference: Reference) throws {
    let plan = try reference.network.plan()
    #expect(plan.multiplyAdds == reference.multiplyAdds)
    #expect(plan.parameterCount == reference.parameters)
    #expect(plan.backboneMultiplyAdds == reference.multiplyAdds)
  }

  @Test(arguments: [ResNetStem.small, .strided])
  func resNet34AfterEveryBlock(_ stem: ResNetStem) throws {
    let expected: [ResNetStem: [Int]] = [
      .small: [
        77_266_944, 152_764_416, 228_261_888, 286_982_144, 362_479_616, 437_977_088, 513_474_560,
        572_194_816, 647_692_288, 723_189_760, 798_687_232, 874_184_704, 949_682_176,
        1_008_402_432, 1_083_899_904, 1_159_397_376,
      ],
      .strided: [
        21_282_816, 40_157_184, 59_031_552, 73_711_616, 92_585_984, 111_460_352, 130_334_720,
        145_014_784, 163_889_152, 182_763_520, 201_637_888, 220_512_256, 239_386_624, 254_066_688,
        272_941_056, 291_815_424,
      ],
    ]
    let exits = try Network.resNet34(exits: .everyBlock, stem: stem).exits
    #expect(exits.map { $0.lazyMultiplyAdds - $0.headMultiplyAdds } == expected[stem])
  }

  @Test func exitsOfTheRegimesPaper() throws {
    let exits = try Network.resNet34(exits: .after([4, 6, 8, 10, 12, 14])).exits
    #expect(exits.count == 7)
    #expect(
      exits.map { $0.lazyMultiplyAdds - $0.headMultiplyAdds } == [
        362_479_616, 513_474_560, 647_692_288, 798_687_232, 949_682_176, 1_083_899_904,
        1_159_397_376,
      ])
  }

  /// The heads of that paper: pooled to 4×4, then one dense layer of 16·channels·classes.
  @Test func mixedPoolHead() throws {
    let network = Network(input: [32, 32, 64], classes: 100) {
      Exit {
        MixedPool(to: 4); Flatten(); Dense(100)
      }
    }
    #expect(try network.multiplyAdds == 16 * 64 * 100)
    #expect(try network.parameterCount == 16 * 64 * 100 + 100 + 1)
  }

  /// PyTorch's own count for the same network with an exit after each of the nine blocks.
  @Test func nineExits() throws {
    let plan = try Network.resNet20(exits: .everyBlock).plan()
    #expect(plan.exits.count == 9)
    #expect(plan.parameterCount == 275_274)
  }

  @Test func manyLayersAddUp() throws {
    let cost = try Network.resNet(depth: 110, exits: .everyBlock).cost()
    #expect(cost.items.reduce(0) { $0 + $1.operations } == cost.total)
    #expect(cost.exits.count == 54)
  }

  @Test(arguments: CostConvention.allCases)
  func itemsAddUpInEveryConvention(_ convention: CostConvention) throws {
    for network in [Network.resNet20(), .resNet50(exits: .everyBlock)] {
      let plan = try network.plan()
      let cost = plan.cost(convention)
      #expect(cost.items.reduce(0) { $0 + $1.operations } == cost.total)
      #expect(cost.parameters == plan.parameterCount)
      let heads = cost.items.filter { ($0.exit ?? plan.exits.count) < plan.exits.count - 1 }
      #expect(cost.total - heads.reduce(0) { $0 + $1.operations } == cost.backbone)
      #expect(cost.exits == cost.exits.sorted())
      #expect(zip(cost.exits, cost.lazyExits).allSatisfy { $0 >= $1 })
    }
  }

  @Test func conventionsByHand() throws {
    let network = Network(input: [8, 8, 3], classes: 2) {
      Conv(4, kernel: 3); BatchNorm(); ReLU()
      MaxPool(2)
      Exit()
    }
    let products = 8 * 8 * 4 * 27 + 4 * 2
    let image = 8 * 8 * 4
    let small = 4 * 4 * 4
    #expect(try network.cost(.multiplyAdds).total == products)
    #expect(try network.cost(.flops2x).total == 2 * products)
    #expect(try network.cost(.opcounter).total == products + image + small * 4 + small + 2)
    #expect(try network.cost(.fvcore).total == products + 2 * image + small)
  }

  @Test func earlierHeadsCountUnlessLazy() throws {
    let exits = try Network.resNet20().exits
    let heads = exits.map(\.headMultiplyAdds)
    #expect(heads == [160, 320, 640])
    #expect(exits[2].multiplyAdds == exits[2].lazyMultiplyAdds + 160 + 320)
    #expect(exits[0].multiplyAdds == exits[0].lazyMultiplyAdds)
    #expect(exits.map(\.isFinal) == [false, false, true])
  }

  @Test func groupsDivideTheCost() throws {
    let network = Network(input: [8, 8, 16], classes: 2) {
      Conv(32, kernel: 3, groups: 16, bias: false)
      Exit()
    }
    let plan = try network.plan()
    #expect(plan.steps[0].plan.work.products == 8 * 8 * 32 * 9)
    #expect(plan.steps[0].plan.parameterCount == 32 * 9)
  }

  @Test func printsItsItems() throws {
    let network = Network(input: [8, 8, 3], classes: 2) {
      Conv(4, kernel: 3); BatchNorm(); ReLU()
      Exit()
      Residual(4)
      Exit()
    }
    #expect(
      try network.cost().description == """
        Name             Kind        Output   Parameters   Multiply-adds
        ────────────────────────────────────────────────────────────────
        layers.0         Conv        8×8×4           108           6,912
        layers.1         BatchNorm   8×8×4             8               0
        exits.0.1        Dense       2                10               8
        layers.3.conv1   Conv        8×8×4           144           9,216
        layers.3.bn1     BatchNorm   8×8×4             8               0
        layers.3.conv2   Conv        8×8×4           144           9,216
        layers.3.bn2     BatchNorm   8×8×4             8               0
        exits.1.1        Dense       2                10               8
        ────────────────────────────────────────────────────────────────
                                                     440          25,360

        Leaving at exit   With all earlier heads   With its own head only
        ─────────────────────────────────────────────────────────────────
        0                                  6,920                    6,920
        1                                 25,360                   25,352
        """)
  }
}
