/// GNU readline behind functions: its globals and callbacks stay in readline.c, one editor per
/// process, used from one thread.
#pragma once

#include <stddef.h>

/// What feeding the editor has led to.
enum {
  CREADLINE_MORE = 0,  ///< The line is still being typed.
  CREADLINE_LINE = 1,  ///< A line was accepted; `creadline_take` hands it over.
  CREADLINE_END = 2    ///< End of input (Ctrl-D on an empty line).
};

/// Asked for completions of the word in bytes `start..<end` of `line`; answers by calling
/// `creadline_offer`, or `creadline_offer_paths`.
typedef void (*creadline_completer)(const char *line, int start, int end, void *context);

/// Sets the name for `~/.inputrc` conditions and who completes. Call once, before anything else.
void creadline_configure(const char *application, creadline_completer completer, void *context);

/// Shows a prompt and takes the terminal. Escape sequences in the prompt stand between \001 and
/// \002.
void creadline_begin(const char *prompt);

/// Reads what was typed, one key's worth; returns one of the enumeration above. After LINE or END
/// the terminal has been given back.
int creadline_feed(void);

/// Puts bytes before what the terminal will give, as if they had been typed now. They are copied.
void creadline_type(const unsigned char *bytes, size_t count);

/// Whether bytes put there have not been read.
int creadline_has_typed(void);

/// Whether the line was accepted to be edited elsewhere (Ctrl-X Ctrl-E), not to be run.
int creadline_wants_editor(void);

/// Puts a text into the line as if it had been typed.
void creadline_insert(const char *text);

/// The accepted line, to be freed by the caller; NULL when there is none.
char *creadline_take(void);

/// Gives the terminal back without a line.
void creadline_end(void);

/// Throws away what was typed, leaves it on the screen marked with ^C, and starts a fresh prompt.
void creadline_discard(void);

/// Takes prompt and line off the screen so that something can be printed above them.
void creadline_hide(void);

/// Gives the line another prompt, which `creadline_show` shows.
void creadline_prompt(const char *prompt);

/// Puts prompt and line back.
void creadline_show(void);

/// Offers a completion, during the completer's call only, with a line about it for the list (NULL for
/// none). The texts are copied.
void creadline_offer(const char *candidate, const char *summary);

/// Asks for file names as completions, during the completer's call only.
void creadline_offer_paths(void);

/// Sets what follows an only match, during the completer's call only; 0 for nothing.
void creadline_follow_with(char character);

/// Gives the terminal back before the program is stopped, the line kept.
void creadline_suspend(void);

/// Takes the terminal again after the program was stopped, and shows prompt and line.
void creadline_resume(void);

/// Whether the terminal marks what is pasted, so that it comes as one entry.
int creadline_marks_pastes(void);

/// Fits the line to the terminal's new size.
void creadline_resize(void);

/// Adds a whole entry, which may hold newlines, to the history in memory.
void creadline_add_history(const char *entry);

/// Takes every entry of that text out of the history in memory.
void creadline_forget(const char *entry);

/// Forgets the history in memory.
void creadline_clear_history(void);
