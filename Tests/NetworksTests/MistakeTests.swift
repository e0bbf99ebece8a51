import Networks
import Tensors
import Testing

/// Every mistake in a description is one sentence that names the element, its place and the shapes.
@Suite struct MistakeTests {
  struct Mistake: Sendable, CustomTestStringConvertible {
    let says: String
    let network: Network
    var testDescription: String { says }

    init(
      _ says: String, input: Shape = [32, 32, 3], classes: Int = 10,
      @NetworkBuilder _ elements: () -> [Element]
    ) {
      self.says = says
      network = Network(input: input, classes: classes, elements)
    }
  }

  static let mistakes: [Mistake] = [
    Mistake("The network has no elements; write at least one layer and an Exit(), the classifier") {
    },
    Mistake("The network has no exit, so nothing is classified; end it with Exit() after ReLU()") {
      Conv(8, kernel: 3)
      ReLU()
    },
    Mistake(
      "ReLU(), element 3, stands after the last exit, Exit(\"a\"), where nothing uses it; end the "
        + "network with an Exit()"
    ) {
      Conv(8, kernel: 3)
      Exit("a")
      ReLU()
    },
    Mistake(
      "Conv(8, kernel: 7, padding: 0), element 2 (after MaxPool(8)), input 4×4×3: a window of 7×7 "
        + "is larger than the input 4×4×3; use a smaller kernel or fewer strides before it"
    ) {
      MaxPool(8)
      Conv(8, kernel: 7, padding: 0)
      Exit()
    },
    Mistake(
      "AveragePool(64), element 1 (the first), input 32×32×3: a window of 64×64 is larger than the "
        + "input 32×32×3; use a smaller kernel or fewer strides before it"
    ) {
      AveragePool(64)
      Exit()
    },
    Mistake(
      "Dense(64), element 2 (after ReLU()), input 32×32×3: it works on flat features, and gets "
        + "32×32×3; put GlobalPool() or Flatten() before it"
    ) {
      ReLU()
      Dense(64)
      Exit()
    },
    Mistake(
      "Dense(10) in Exit(\"early\") { Dense(10) }, element 2 (after ReLU()), input 32×32×3: it "
        + "works on flat features, and gets 32×32×3; put GlobalPool() or Flatten() before it"
    ) {
      ReLU()
      Exit("early") { Dense(10) }
      Exit()
    },
    Mistake(
      "Exit() { GlobalPool(); Dense(7) }, element 1 (the first): its head gives 7 from 32×32×3, and "
        + "must give one logit for each of the 10 classes; end it with Dense(10)"
    ) {
      Exit {
        GlobalPool(); Dense(7)
      }
    },
    Mistake(
      "Exit() {  }, element 1 (the first): its head gives 32×32×3 from 32×32×3, and must give one "
        + "logit for each of the 10 classes; end it with Dense(10)"
    ) {
      Exit {}
    },
    Mistake(
      "Exit(\"a\"), element 3 (after ReLU()): an earlier exit is named \"a\" too; give each its own "
        + "name"
    ) {
      Exit("a")
      ReLU()
      Exit("a")
    },
    Mistake(
      "Exit(), element 2 (after Exit(\"exit 2\")): an earlier exit is named \"exit 2\" too; give "
        + "each its own name"
    ) {
      Exit("exit 2")
      Exit()
    },
    Mistake(
      "Exit(\" \"), element 1 (the first): its name is empty; name it, or write Exit() to have it "
        + "numbered"
    ) { Exit(" ") },
    Mistake(
      "Exit(weight: -1.0), element 1 (the first): its weight is -1.0; it must be 0 or more"
    ) { Exit(weight: -1) },
    Mistake(
      "Exit(weight: nan), element 1 (the first): its weight is nan; it must be 0 or more"
    ) { Exit(weight: .nan) },
    Mistake(
      "Conv(0, kernel: 3), element 1 (the first), input 32×32×3: its width is 0; it must be 1 or "
        + "more"
    ) {
      Conv(0, kernel: 3)
      Exit()
    },
    Mistake(
      "Conv(8, kernel: -3), element 1 (the first), input 32×32×3: its kernel is -3; it must be 1 or "
        + "more"
    ) {
      Conv(8, kernel: -3)
      Exit()
    },
    Mistake(
      "Conv(8, kernel: 4), element 1 (the first), input 32×32×3: no padding keeps the size under an "
        + "even kernel of 4; say which you want, for example padding: 0"
    ) {
      Conv(8, kernel: 4)
      Exit()
    },
    Mistake(
      "Conv(8, kernel: 3, stride: 0), element 1 (the first), input 32×32×3: its stride is 0; it "
        + "must be 1 or more"
    ) {
      Conv(8, kernel: 3, stride: 0)
      Exit()
    },
    Mistake(
      "Conv(8, kernel: 3, groups: 2), element 1 (the first), input 32×32×3: 2 groups must divide "
        + "the 3 channels that come in and the 8 that go out"
    ) {
      Conv(8, kernel: 3, groups: 2)
      Exit()
    },
    Mistake(
      "Conv(8, kernel: 3, padding: -1), element 1 (the first), input 32×32×3: its padding is -1; "
        + "it must be between 0 and 1048576"
    ) {
      Conv(8, kernel: 3, padding: -1)
      Exit()
    },
    Mistake(
      "Conv(9223372036854775807, kernel: 3), element 1 (the first), input 32×32×3: its width is "
        + "9223372036854775807; the largest supported is 1048576"
    ) {
      Conv(.max, kernel: 3)
      Exit()
    },
    Mistake(
      "Conv(8, kernel: 3) in Parallel { Branch { GlobalPool(); Conv(8, kernel: 3) } }, element 1 "
        + "(the first), input 3: it works on images of height×width×channels, and gets 3; put it "
        + "before GlobalPool() or Flatten()"
    ) {
      Parallel {
        Branch {
          GlobalPool(); Conv(8, kernel: 3)
        }
      }
      Exit()
    },
    Mistake(
      "Parallel { Branch(); MaxPool(2) }, element 1 (the first), input 32×32×3: its branches give "
        + "32×32×3 and 16×16×3, and only images of the same height and width can be put side by side"
    ) {
      Parallel {
        Branch(); MaxPool(2)
      }
      Exit()
    },
    Mistake(
      "Parallel(.sum) { Branch(); Conv(4, kernel: 1) }, element 1 (the first), input 32×32×3: its "
        + "branches give 32×32×3 and 32×32×4, and only equal shapes can be added"
    ) {
      Parallel(.sum) {
        Branch(); Conv(4, kernel: 1)
      }
      Exit()
    },
    Mistake(
      "Parallel {  }, element 1 (the first), input 32×32×3: it has no branches; write at least one, "
        + "as in Branch { ReLU() }"
    ) {
      Parallel {}
      Exit()
    },
    Mistake(
      "Concat { MaxPool(2) }, element 1 (the first), input 32×32×3: its layers give 16×16×3, which "
        + "cannot be put beside their input 32×32×3: all sides but the channels must agree"
    ) {
      Concat { MaxPool(2) }
      Exit()
    },
    Mistake(
      "Residual(8, shortcut: .padding), element 2 (after Conv(16, kernel: 3)), input 32×32×16: a "
        + "padding shortcut adds channels and cannot go from 32×32×16 down to 32×32×8; use "
        + "shortcut: .projection"
    ) {
      Conv(16, kernel: 3)
      Residual(8, shortcut: .padding)
      Exit()
    },
    Mistake(
      "Conv(-16, kernel: 3, bias: false) in Residual(-16), element 1 (the first), input 32×32×3: "
        + "its width is -16; it must be 1 or more"
    ) {
      Residual(-16)
      Exit()
    },
    Mistake(
      "Residual(16), element 2 (after GlobalPool()), input 3: it works on images of "
        + "height×width×channels, and gets 3; put it before GlobalPool() or Flatten()"
    ) {
      GlobalPool()
      Residual(16)
      Exit()
    },
    Mistake(
      "GlobalPool(), element 2 (after Flatten()), input 3072: it averages images of "
        + "height×width×channels, and gets 3072, which is flat already; leave it out"
    ) {
      Flatten()
      GlobalPool()
      Exit()
    },
    Mistake(
      "Dropout(1.0), element 1 (the first), input 32×32×3: its rate is 1.0; it must be at least 0 "
        + "and below 1"
    ) {
      Dropout(1)
      Exit()
    },
    Mistake(
      "MaxPool(2, padding: 2), element 1 (the first), input 32×32×3: its padding of 2 is more than "
        + "half its kernel of 2, so that some windows would see nothing of the input"
    ) {
      MaxPool(2, padding: 2)
      Exit()
    },
    Mistake(
      "BatchNorm(momentum: 2.0), element 1 (the first), input 32×32×3: its momentum is 2.0; it must "
        + "be above 0 and at most 1"
    ) {
      BatchNorm(momentum: 2)
      Exit()
    },
    Mistake(
      "The input of a network is an image of height×width×channels; this one is 784, as in input: "
        + "[32, 32, 3]", input: [784]
    ) { Exit() },
    Mistake(
      "The input of a network is an image of height×width×channels; this one is empty, as in input: "
        + "[32, 32, 3]", input: []
    ) { Exit() },
    Mistake(
      "The input 32×0×3 is no image: its width is 0; it must be 1 or more", input: [32, 0, 3]
    ) { Exit() },
    Mistake(
      "A classifier tells at least 2 classes apart; this network has classes: 1", classes: 1
    ) { Exit() },
  ]

  @Test(arguments: mistakes) func isOneSentence(_ mistake: Mistake) {
    do throws(NetworkError) {
      _ = try mistake.network.plan()
      Issue.record("no error")
    } catch {
      #expect(error.message == mistake.says)
    }
  }

  @Test func cannedDescriptions() {
    #expect(
      Network.resNet(depth: 21).description.contains(
        "The description: a CIFAR ResNet has a depth of 6n+2, such as 20, 32, 44, 56 or 110"))
    #expect(
      Network.resNet20(exits: .after([3, 9])).description.contains(
        "an exit is asked for after block 9; the blocks are numbered 0 to 8"))
  }

  /// Nothing overflows, and nothing is allocated that no machine has.
  @Test func absurdSizes() throws {
    let absurd = [
      Network(input: [1 << 20, 1 << 20, 1 << 20], classes: 2) { Exit() },
      Network(input: [1 << 10, 1 << 10, 1], classes: 2) {
        Conv(1 << 20, kernel: 511)
        Exit()
      },
      Network(input: [8, 8, 1], classes: 2) {
        Conv(1 << 20, kernel: 3, padding: 1 << 20)
        Exit()
      },
      Network(input: [8, 8, 3], classes: 2) {
        Bottleneck(1 << 20, expansion: 1 << 20)
        Exit()
      },
    ]
    for network in absurd {
      #expect(throws: NetworkError.self) { try network.plan() }
    }
    let large = Network(input: [8, 8, 1 << 10], classes: 2) {
      for _ in 0..<8 { Conv(1 << 20, kernel: 3, groups: 1 << 5) }
      Exit()
    }
    #expect {
      try Model(large, seed: 0)
    } throws: { error in
      "\(error)".contains("parameters need") && "\(error)".contains("GB of memory")
    }
  }

  @Test func aBrokenNetworkStillPrints() {
    let network = Network(input: [8, 8, 3], classes: 2) {
      Dense(2)
      Exit()
    }
    #expect(
      network.description == """
        A network that cannot be built. Dense(2), element 1 (the first), input 8×8×3: it works on \
        flat features, and gets 8×8×3; put GlobalPool() or Flatten() before it
          1. Dense(2)
          2. Exit()
        """)
  }
}
