import Glibc

/// The folders in which the library's modules are found, those of its C parts included.
///
/// An installed kernel keeps `COneDNN`'s module map below the modules; a build folder keeps it
/// beside them, in `COneDNN.build`.
func moduleFolders(_ modules: String) -> [String] {
  let candidates = ["\(modules)/COneDNN", "\(modules)/../COneDNN.build"]
  return [modules] + candidates.filter { access("\($0)/module.modulemap", R_OK) == 0 }
}
