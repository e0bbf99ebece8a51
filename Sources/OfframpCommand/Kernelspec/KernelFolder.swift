/// Where Jupyter looks for kernels, and where ours goes.
enum KernelFolder {
  /// The name of the kernel, and of its folder.
  static let name = "offramp"

  /// Where a kernel is to be installed.
  enum Place {
    /// The user's data folder: `JUPYTER_DATA_DIR`, or Jupyter's default for it.
    case user
    /// `share/jupyter` under a prefix, such as `/usr/local` or a virtual environment.
    case prefix(String)
  }

  /// The folder of our kernel in a place: it ends in `kernels/offramp`.
  static func path(in place: Place) -> String {
    switch place {
    case .user: "\(userData)/kernels/\(name)"
    case .prefix(let prefix):
      "\(Files.absolute(prefix, home: Environment.home))/share/jupyter/kernels/\(name)"
    }
  }

  /// The user's Jupyter data folder.
  static var userData: String {
    if let folder = Environment["JUPYTER_DATA_DIR"] {
      return Files.absolute(folder, home: Environment.home)
    }
    // The XDG specification has relative paths ignored.
    let xdg = Environment["XDG_DATA_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    return (xdg ?? "\(Environment.home)/.local/share") + "/jupyter"
  }

  /// The prefix of the active virtual or conda environment, if there is one.
  static var activeEnvironment: String? {
    Environment["VIRTUAL_ENV"] ?? Environment["CONDA_PREFIX"]
  }

  /// The virtual environment that install.sh makes where there is no Jupyter.
  static var ownEnvironment: String {
    (Environment["XDG_DATA_HOME"] ?? "\(Environment.home)/.local/share") + "/offramp/venv"
  }

  /// What `sys.prefix` is for the Python that a shell would start.
  static func systemPrefix() throws -> String {
    if let prefix = activeEnvironment { return prefix }
    guard let python = Tool(named: "python3") ?? Tool(named: "python") else {
      throw Failure(
        "--sys-prefix asks Python for its prefix, but there is no python3 on the PATH; "
          + "activate the environment or give the prefix with --prefix.")
    }
    let answer = try python.run(["-c", "import sys; print(sys.prefix)"])
    guard answer.status == 0, answer.output.hasPrefix("/") else {
      throw Failure("\(python.path) did not say what its prefix is; give it with --prefix.")
    }
    return answer.output
  }

  /// The data folders Jupyter reads, first found first.
  static var searchPath: [String] {
    let listed = (Environment["JUPYTER_PATH"] ?? "").split(separator: ":").map(String.init)
    // The prefix of the Jupyter that a shell would start, which need not be the active one.
    let jupyter = Tool(named: "jupyter").map { Files.parent(Files.parent($0.path)) }
    let environment = [activeEnvironment, jupyter].compactMap { $0.map { "\($0)/share/jupyter" } }
    let preferred =
      Environment["JUPYTER_PREFER_ENV_PATH"] == nil || Environment.isOn("JUPYTER_PREFER_ENV_PATH")
    let own = preferred ? environment + [userData] : [userData] + environment
    return listed + own + ["/usr/local/share/jupyter", "/usr/share/jupyter"]
  }

  /// The kernels called `offramp` that Jupyter can see; it starts the first.
  static var installed: [String] {
    searchPath.map { "\($0)/kernels/\(name)" }.filter { Files.exists("\($0)/kernel.json") }
  }
}
