/// Stops the program with a sentence unless `condition` holds.
///
/// For mistakes that cannot be thrown, such as an index out of range. A `precondition` says its
/// sentence in debug builds only; a cell has to say it always.
package func ensure(_ condition: Bool, _ sentence: @autoclosure () -> String) {
  guard condition else { fatalError(sentence()) }
}
