import Glibc
import Networks
import Tensors
import Testing

/// A snapshot of a process that evaluated goes on evaluating: it has the packed weights, and none of
/// the threads.
@Suite(.serialized) struct InferenceForkTests {
  private typealias Evaluation = (model: Model, images: Tensor, one: Tensor)

  private static func evaluation() throws -> Evaluation {
    let network = InferencePathTests.canned[0]
    var random = Random(seed: 2)
    let images = try InferencePathTests.images(network, 8, &random)
    return (try InferencePathTests.model(network, seed: 1), images, try images.rows([0]))
  }

  @Test func aForkEvaluates() throws {
    typealias Fork = @convention(c) () -> pid_t
    let fork = unsafeBitCast(try #require(dlsym(nil, "fork")), to: Fork.self)
    let (model, images, one) = try Self.evaluation()
    let before = (try model.logits(images), try model.logits(one))
    let child = fork()
    if child == 0 {
      alarm(60)
      let same = Answer()
      Cell(model: model, images: images, one: one, expected: before, answer: same).run()
      _exit(same.isRight ? 7 : 1)
    }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    #expect(status == 7 << 8)
    #expect(try model.logits(images) == before.0)
  }

  private final class Answer: @unchecked Sendable { var isRight = false }

  /// Evaluates on a fresh thread, as cells do.
  private struct Cell: @unchecked Sendable {
    let model: Model
    let images: Tensor
    let one: Tensor
    let expected: ([Tensor], [Tensor])
    let answer: Answer

    func run() {
      Worker {
        answer.isRight =
          (try? model.logits(images)) == expected.0 && (try? model.logits(one)) == expected.1
      }.join()
    }
  }
}
