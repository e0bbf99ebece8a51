/// A cell ready to be loaded.
package struct CompiledCell: Sendable {
  /// Its Swift module.
  package var module: String
  /// Its number.
  package var number: Int
  /// The shared object.
  package var library: String
  /// The symbol of its entry, `int entry(int, char **)`.
  package var entry: String
  /// The cell with its hooks: what it defines, and where its items are.
  package var rewritten: RewrittenCell
  /// Whether it came from the cache.
  package var isCached: Bool
  /// A remark for the user, once.
  package var notice: String?

  var compilation: Compilation
  var revision: Revision?
  var key: String
  var imports: [String]
  /// The modules of earlier cells that the compiler has seen.
  var dependencies: Set<String>
  var hasConditionalNames: Bool
}
