import ArgumentParser

/// `offramp install`.
struct InstallCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "install", abstract: "Make the kernel known to Jupyter.",
    discussion: """
      Copies the program and what cells need into a kernelspec folder of its own, so that moving \
      or cleaning the checkout breaks nothing. Installing again changes only what differs.
      """)

  @OptionGroup var destination: DestinationOptions

  @Flag(name: .long, help: "Only print the folder that the kernel goes to.")
  var printFolder = false

  func run() throws {
    let installer = KernelInstaller(folder: KernelFolder.path(in: try destination.place()))
    guard !printFolder else { return print(installer.folder) }
    switch try installer.install(KernelFiles.ofRunningProgram().files) {
    case .installed: print("Installed the kernel offramp in \(installer.folder)")
    case .updated: print("Updated the kernel offramp in \(installer.folder)")
    case .nothing: print("The kernel offramp in \(installer.folder) is up to date.")
    }
  }
}

/// `offramp uninstall`.
struct UninstallCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "uninstall", abstract: "Take the kernel away from Jupyter.",
    discussion: "Say where it is in the same words as for `offramp install`.")

  @OptionGroup var destination: DestinationOptions

  func run() throws {
    let installer = KernelInstaller(folder: KernelFolder.path(in: try destination.place()))
    guard try installer.uninstall() else {
      let others = KernelFolder.installed.filter { $0 != installer.folder }
      let hint = others.isEmpty ? "" : " There is one in \(others.joined(separator: " and in "))."
      throw Failure("There is no kernel offramp in \(installer.folder).\(hint)")
    }
    print("Removed the kernel offramp from \(installer.folder)")
  }
}

/// The three ways to say where a kernel goes.
struct DestinationOptions: ParsableArguments {
  @Flag(name: .long, help: "Install for this user (JUPYTER_DATA_DIR or ~/.local/share/jupyter).")
  var user = false

  @Option(name: .long, help: "Install under this prefix, in share/jupyter/kernels.")
  var prefix: String?

  @Flag(name: .long, help: "Install into the active Python environment (its sys.prefix).")
  var sysPrefix = false

  func validate() throws {
    guard [user, prefix != nil, sysPrefix].count(where: { $0 }) < 2 else {
      throw ValidationError("Give one of --user, --prefix and --sys-prefix.")
    }
  }

  /// The place asked for; with none asked for, the user's, or the active environment where
  /// `JUPYTER_PREFER_ENV_PATH` says that it comes first.
  func place() throws -> KernelFolder.Place {
    if let prefix { return .prefix(prefix) }
    if sysPrefix { return .prefix(try KernelFolder.systemPrefix()) }
    let prefersEnvironment = !user && Environment.isOn("JUPYTER_PREFER_ENV_PATH")
    if prefersEnvironment, let environment = KernelFolder.activeEnvironment {
      return .prefix(environment)
    }
    return .user
  }
}
