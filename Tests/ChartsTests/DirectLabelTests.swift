import Charts
import Testing

@Suite struct DirectLabelTests {
  @Test func labelsThatDoNotCollideStay() {
    let wished = [10.0, 50, 90]
    #expect(DirectLabels.positions(wished: wished, spacing: 15, within: 0...100) == wished)
  }

  @Test func collidingLabelsShareTheShift() {
    let positions = DirectLabels.positions(wished: [50, 50, 50], spacing: 10, within: 0...100)
    #expect(positions == [40, 50, 60])
  }

  @Test func theOrderOfTheQuestionIsKept() {
    let positions = DirectLabels.positions(wished: [60, 20, 58], spacing: 10, within: 0...100)
    #expect(positions == [64, 20, 54])
  }

  @Test func labelsStayInside() {
    let positions = DirectLabels.positions(wished: [0, 1, 99, 100], spacing: 10, within: 0...100)
    #expect(positions == [0, 10, 90, 100])
  }
}
