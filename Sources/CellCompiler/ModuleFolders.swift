import Glibc

/// The C modules that the library is written on, whose headers the compiler reads again.
private let cModules = ["COneDNN", "CZlib"]

/// The folders in which the library's modules are found, those of its C parts included.
///
/// An installed kernel keeps the C modules' maps below the modules; a build folder keeps them beside
/// them, in `COneDNN.build` and its like.
func moduleFolders(_ modules: String) -> [String] {
  let candidates = cModules.flatMap { ["\(modules)/\($0)", "\(modules)/../\($0).build"] }
  return [modules] + candidates.filter { access("\($0)/module.modulemap", R_OK) == 0 }
}
