/// How a terminal takes pictures.
package enum PictureProtocol: String, Sendable, Hashable, CaseIterable {
  /// PNG through the graphics protocol of kitty.
  case kitty
  /// PNG as an inline file of iTerm2.
  case iterm
  /// Six rows of pixels a letter, from 256 colours.
  case sixel
  /// Letters that are parts of blocks, in two colours each.
  case blocks
  /// Not at all.
  case none

  /// The variable that names one of them and so overrides what was found out.
  package static let variable = "GANSH_PICTURES"

  /// Whether it shows pixels, and not letters.
  package var showsPixels: Bool { self == .kitty || self == .iterm || self == .sixel }

  /// The best one that a terminal is known to take.
  ///
  /// - Parameters:
  ///   - answers: what it said when asked; nothing where it was not.
  ///   - isMultiplexed: whether tmux or screen stands between, which drops what it does not know.
  package init(_ answers: TerminalAnswers, in environment: TerminalEnvironment) {
    if let chosen = environment.chosen {
      self = chosen
    } else if environment.isDumb {
      self = .none
    } else if answers.takesKitty && !environment.isMultiplexed {
      self = .kitty
    } else if environment.isITerm && !environment.isMultiplexed {
      self = .iterm
    } else {
      self = answers.takesSixel ? .sixel : .blocks
    }
  }
}

/// What variables say of the terminal.
package struct TerminalEnvironment: Sendable, Hashable {
  /// The protocol that `GANSH_PICTURES` names; nil where it names none.
  package var chosen: PictureProtocol?
  /// Whether it knows no cursor movements (`TERM` is `dumb` or missing).
  package var isDumb: Bool
  /// Whether it is the console of Linux, which writes questions that it does not know on the screen.
  package var isConsole: Bool
  package var isITerm: Bool
  /// Whether tmux or screen stands between, which drops what it does not know.
  package var isMultiplexed: Bool
  package var colours: ColourDepth

  /// - Parameter variable: the value of a variable; nil where it is unset or empty.
  package init(_ variable: (String) -> String? = environment) {
    let terminal = variable("TERM") ?? "dumb"
    chosen = variable(PictureProtocol.variable).flatMap(PictureProtocol.init)
    isDumb = terminal == "dumb"
    isConsole = terminal == "linux"
    isITerm =
      ["iTerm.app", "WezTerm", "mintty"].contains(variable("TERM_PROGRAM"))
      || variable("LC_TERMINAL") == "iTerm2"
    isMultiplexed =
      variable("TMUX") != nil || variable("STY") != nil || terminal.hasPrefix("screen")
      || terminal.hasPrefix("tmux")
    colours = ColourDepth(terminal: terminal, colourTerm: variable("COLORTERM"))
  }
}

/// How many colours letters can have.
package enum ColourDepth: Sendable, Hashable {
  case none, sixteen, palette, true24

  init(terminal: String, colourTerm: String?) {
    if ["truecolor", "24bit"].contains(colourTerm) || terminal.hasSuffix("-direct") {
      self = .true24
    } else if ["xterm", "screen", "tmux", "rxvt", "mlterm", "foot", "kitty", "alacritty"]
      .contains(where: terminal.hasPrefix) || terminal.contains("256")
    {
      self = .palette
    } else {
      self = .sixteen
    }
  }
}
