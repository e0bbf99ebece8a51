import Offramp
import Testing

@Suite struct TensorDisplayTests {
  @Test func aMatrixIsATableWithItsRange() throws {
    let tensor = try Tensor([1, 2, 3, 4.5], shape: [2, 2])
    #expect(
      tensor.display.plainText
        == "Tensor 2×2 · min 1 · mean 2.625 · max 4.5\n[[1.0, 2.0], [3.0, 4.5]]")
    #expect(tensor.display.html?.contains("<td style=\"text-align:right\">4.5</td>") == true)
    #expect(tensor.display.html?.contains("<img") == false)
  }

  @Test func ofALargeTensorACornerIsShown() throws {
    let tensor = Tensor(shape: [4, 100, 50]) { buffer in
      for k in buffer.indices { buffer[k] = Float(k) }
    }
    let text = tensor.display.plainText
    #expect(text.hasPrefix("Tensor 4×100×50 · min 0 · mean"))
    #expect(text.contains("… 80 more rows") && text.contains("100 rows × 50 columns"))
    #expect(text.contains("4999") && !text.contains("5000.0"))
    #expect(text.hasSuffix("the scalars at [0, …, …]"))
  }

  @Test func aRowAndAScalar() throws {
    #expect(try Tensor([0.5], shape: []).display.plainText == "Tensor scalar\n[0.5]")
    #expect(
      try Tensor([1, .nan], shape: [2]).display.plainText
        == "Tensor 2 · min 1 · mean 1 · max 1 · 1 not finite\n[1.0, nan]")
    #expect(try Tensor([], shape: [0, 3]).display.plainText == "Tensor 0×3")
  }

  @Test func imagesShowThemselves() throws {
    let batch = Tensor(shape: [3, 8, 10, 3]) { buffer in
      for k in buffer.indices { buffer[k] = Float(k % 7) / 7 }
    }
    let picture = try batch.picture
    #expect(picture.description == "3×8×10×3 as images · black 0, white 1")
    #expect(try size(of: picture) == (3 * 10 + 2 * 2, 8))
    #expect(batch.display.html?.contains("<img alt=\"3×8×10×3 as images") == true)
  }

  @Test func channelsArePicturesOfTheirOwn() throws {
    let maps = Tensor(shape: [6, 6, 16]) { buffer in
      for k in buffer.indices { buffer[k] = Float(k % 16) - 8 }
    }
    #expect(try maps.picture.description == "6×6×16 as channels · black −8, white 7")
    #expect(try size(of: maps.picture) == (12 * 6 + 11 * 2, 2 * 6 + 2))
  }

  @Test func aTensorThatIsNoPictureIsExplained() throws {
    #expect(throws: TensorError.self) { try Tensor([1, 2], shape: [2]).picture }
    #expect(throws: TensorError.self) { try Tensor([], shape: [0, 3]).picture }
    #expect(try Tensor([3, 3, 3, 3], shape: [2, 2]).picture.description.hasSuffix("white 4"))
  }

  private func size(of picture: TensorPicture) throws -> (Int, Int) {
    guard case .bytes(let bytes)? = picture.display.data["image/png"] else { return (0, 0) }
    func number(at place: Int) -> Int { bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } }
    return (number(at: 16), number(at: 20))
  }
}
