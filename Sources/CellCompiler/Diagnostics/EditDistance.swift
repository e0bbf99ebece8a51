extension String {
  /// How many letters must be changed, added, removed or swapped to make the other text, whatever
  /// the case (optimal string alignment).
  package func editDistance(to other: String) -> Int {
    let (a, b) = (Array(lowercased()), Array(other.lowercased()))
    var rows = [Array(0...b.count)]
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var best = Swift.min(rows[i][j] + (a[i] == b[j] ? 0 : 1), row[j] + 1, rows[i][j + 1] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          best = Swift.min(best, rows[i - 1][j - 1] + 1)
        }
        row.append(best)
      }
      rows.append(row)
    }
    return rows[a.count][b.count]
  }

  /// The name that was meant, if one is near enough: a letter in five may be wrong, and one in any.
  func nearest(among names: some Sequence<String>) -> String? {
    var best: (name: String, distance: Int)?
    for name in names where name != self && abs(name.count - count) <= count / 4 + 1 {
      let distance = editDistance(to: name)
      if distance < best?.distance ?? (count / 4 + 2), distance < count { best = (name, distance) }
    }
    return best?.name
  }
}
