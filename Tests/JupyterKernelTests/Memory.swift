import Glibc

/// How much memory this process holds.
func residentBytes() -> Int {
  guard let file = fopen("/proc/self/statm", "re") else { return 0 }
  defer { fclose(file) }
  var line = [UInt8](repeating: 0, count: 256)
  let count = fread(&line, 1, line.count, file)
  let fields = String(decoding: line.prefix(count), as: UTF8.self).split(separator: " ")
  return (Int(fields[1]) ?? 0) * Int(getpagesize())
}
