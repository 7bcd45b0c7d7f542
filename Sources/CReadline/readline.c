#include "CReadline.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include <readline/history.h>
#include <readline/readline.h>

static creadline_completer completer;
static void *completer_context;

static char *accepted_line;
static bool line_is_accepted;
static bool input_has_ended;
static bool is_active;

static bool editor_is_wanted;

/// A completion, and a line about it or NULL.
struct candidate {
  char *text;
  char *summary;
};

static struct candidate *candidates;
static size_t candidate_count;
static size_t candidate_capacity;
static bool wants_paths;

static void forget_candidates(void) {
  for (size_t i = 0; i < candidate_count; i++) {
    free(candidates[i].text);
    free(candidates[i].summary);
  }
  candidate_count = 0;
  wants_paths = false;
}

void creadline_offer(const char *candidate, const char *summary) {
  if (candidate_count == candidate_capacity) {
    size_t capacity = candidate_capacity ? candidate_capacity * 2 : 32;
    struct candidate *grown = realloc(candidates, capacity * sizeof *grown);
    if (!grown) return;
    candidates = grown;
    candidate_capacity = capacity;
  }
  char *copy = strdup(candidate);
  if (!copy) return;
  candidates[candidate_count].text = copy;
  candidates[candidate_count++].summary = summary ? strdup(summary) : NULL;
}

void creadline_offer_paths(void) { wants_paths = true; }

void creadline_follow_with(char character) { rl_completion_append_character = character; }

/// Called by readline with rising `state`; hands over one candidate a call, which readline frees.
static char *next_candidate(const char *text, int state) {
  static size_t index;
  if (state == 0) index = 0;
  size_t length = strlen(text);
  while (index < candidate_count) {
    const char *candidate = candidates[index++].text;
    if (strncmp(candidate, text, length) == 0) return strdup(candidate);
  }
  return NULL;
}

static char **complete(const char *text, int start, int end) {
  forget_candidates();
  rl_completion_append_character = ' ';
  rl_attempted_completion_over = 1;
  if (completer) completer(rl_line_buffer, start, end, completer_context);
  if (wants_paths) return rl_completion_matches(text, rl_filename_completion_function);
  return rl_completion_matches(text, next_candidate);
}

static unsigned char *typed;
static size_t typed_count;
static size_t typed_position;

static int typed_is_available(void) { return typed_position < typed_count; }

static bool search_has_ended;

static int nothing_is_available(void) { return 0; }

/// In readline's place for reading a byte: first what was put before.
static int next_byte(FILE *stream) {
  if (!typed_is_available()) {
    int byte = rl_getc(stream);
    // Read by callbacks, the library goes on with the keys behind an Escape that ends a search while the
    // search still stands, and crashes at some. It is told that there are none.
    if (byte == ESC && RL_ISSTATE(RL_STATE_ISEARCH)) {
      search_has_ended = true;
      rl_input_available_hook = nothing_is_available;
    }
    return byte;
  }
  int byte = typed[typed_position++];
  if (!typed_is_available()) {
    free(typed);
    typed = NULL;
    typed_count = typed_position = 0;
    rl_input_available_hook = NULL;
  }
  return byte;
}

void creadline_type(const unsigned char *bytes, size_t count) {
  unsigned char *grown = realloc(typed, typed_count + count);
  if (!grown) return;
  memcpy(grown + typed_count, bytes, count);
  typed = grown;
  typed_count += count;
  rl_input_available_hook = typed_is_available;
}

int creadline_has_typed(void) { return typed_is_available(); }

static const char *summary_of(const char *text) {
  for (size_t i = 0; i < candidate_count; i++) {
    if (strcmp(candidates[i].text, text) == 0) return candidates[i].summary;
  }
  return NULL;
}

/// Letters of a text in UTF-8.
static int letter_count(const char *text) {
  int count = 0;
  for (; *text; text++) count += (*text & 0xC0) != 0x80;
  return count;
}

/// Writes at most so many letters.
static void write_letters(FILE *out, const char *text, int most) {
  for (; *text; text++) {
    if ((*text & 0xC0) != 0x80 && most-- <= 0) return;
    fputc(*text, out);
  }
}

/// Candidates that are listed; the rest is counted.
enum { LISTED_MOST = 200 };

/// Called by readline with the common beginning and then `count` candidates: lists those that have
/// one with the line about them, one below the other, and others in columns.
static void list_matches(char **matches, int count, int longest) {
  FILE *out = rl_outstream ? rl_outstream : stdout;
  int listed = count < LISTED_MOST ? count : LISTED_MOST;
  bool is_described = false;
  int width = 0;
  for (int i = 1; i <= listed && !wants_paths; i++) {
    if (summary_of(matches[i])) is_described = true;
    int letters = letter_count(matches[i]);
    if (letters > width) width = letters;
  }
  rl_crlf();
  if (is_described) {
    int rows = 0, columns = 80;
    rl_get_screen_size(&rows, &columns);
    for (int i = 1; i <= listed; i++) {
      const char *summary = summary_of(matches[i]);
      fprintf(out, "  %s", matches[i]);
      int room = columns - width - 5;
      if (summary && room > 0) {
        fprintf(out, "%*s", width - letter_count(matches[i]) + 2, "");
        write_letters(out, summary, room);
      }
      rl_crlf();
    }
  } else {
    char *next = matches[listed + 1];
    matches[listed + 1] = NULL;
    rl_display_match_list(matches, listed, longest);
    matches[listed + 1] = next;
  }
  if (listed < count) {
    fprintf(out, "  ... and %d more", count - listed);
    rl_crlf();
  }
  rl_on_new_line();
  rl_redisplay();
}

static int ask_for_editor(int count, int key) {
  editor_is_wanted = true;
  return rl_newline(count, key);
}

static void accept_line(char *line) {
  // Removing the handler here keeps readline from showing the prompt once more.
  rl_callback_handler_remove();
  is_active = false;
  line_is_accepted = line != NULL;
  input_has_ended = line == NULL;
  accepted_line = line;
}

/// TAB. Where pastes are not marked, one with more bytes behind it was pasted and is a blank.
static int complete_or_insert(int count, int key) {
  int waiting = 0;
  if (!creadline_marks_pastes() && ioctl(fileno(rl_instream), FIONREAD, &waiting) == 0 && waiting > 0) {
    return rl_insert(count, key);
  }
  return rl_complete(count, key);
}

static bool is_dumb(void) {
  const char *terminal = getenv("TERM");
  return !terminal || !*terminal || strcmp(terminal, "dumb") == 0;
}

void creadline_configure(const char *application, creadline_completer chosen, void *context) {
  completer = chosen;
  completer_context = context;
  rl_readline_name = application;
  rl_attempted_completion_function = complete;
  rl_completer_word_break_characters = (char *)" \t\n;={},";
  rl_completer_quote_characters = "\"";
  rl_getc_function = next_byte;
  // A name that holds one of these is put in quotes.
  rl_filename_quote_characters = " \t\n;={},'#&|\\";
  rl_completion_display_matches_hook = list_matches;
  // Signals are the program's own business.
  rl_catch_signals = 0;
  rl_catch_sigwinch = 0;
  // Defaults that ~/.inputrc, read right after, may change.
  rl_variable_bind("enable-bracketed-paste", is_dumb() ? "off" : "on");
  rl_variable_bind("show-all-if-ambiguous", "on");
  rl_variable_bind("colored-completion-prefix", "off");
  rl_variable_bind("history-preserve-point", "off");
  rl_add_defun("complete-or-insert", complete_or_insert, '\t');
  rl_add_defun("edit-entry", ask_for_editor, -1);
  rl_bind_keyseq("\\C-x\\C-e", ask_for_editor);
  using_history();
}

void creadline_begin(const char *prompt) {
  line_is_accepted = input_has_ended = editor_is_wanted = false;
  free(accepted_line);
  accepted_line = NULL;
  is_active = true;
  rl_callback_handler_install(prompt, accept_line);
}

/// An Escape that has ended a search and began a key, such as an arrow, is read once more.
static void begin_key_after_search(void) {
  if (!search_has_ended) return;
  search_has_ended = false;
  rl_input_available_hook = NULL;
  int waiting = 0;
  if (ioctl(fileno(rl_instream), FIONREAD, &waiting) != 0 || waiting == 0) return;
  const unsigned char escape = ESC;
  creadline_type(&escape, 1);
}

int creadline_feed(void) {
  if (is_active) {
    rl_callback_read_char();
    begin_key_after_search();
  }
  if (line_is_accepted) return CREADLINE_LINE;
  return input_has_ended ? CREADLINE_END : CREADLINE_MORE;
}

char *creadline_take(void) {
  char *line = accepted_line;
  accepted_line = NULL;
  line_is_accepted = false;
  return line;
}

int creadline_wants_editor(void) { return editor_is_wanted; }

void creadline_insert(const char *text) {
  if (!is_active) return;
  rl_insert_text(text);
  rl_redisplay();
}

void creadline_end(void) {
  if (!is_active) return;
  rl_callback_handler_remove();
  is_active = false;
}

void creadline_discard(void) {
  if (!is_active) return;
  // Leaves a search, an argument or a half-typed key sequence before the line itself.
  rl_callback_sigcleanup();
  rl_free_line_state();
  fputs("^C", rl_outstream ? rl_outstream : stdout);
  rl_replace_line("", 1);
  // The arrows and Ctrl-R begin at the newest entry again.
  using_history();
  rl_crlf();
  rl_on_new_line();
  rl_redisplay();
}

void creadline_hide(void) {
  if (!is_active) return;
  rl_clear_visible_line();
  // What is shown in the line's place does not go through readline's stream.
  fflush(rl_outstream);
}

void creadline_prompt(const char *prompt) {
  if (is_active) rl_set_prompt(prompt);
}

void creadline_show(void) {
  if (!is_active) return;
  rl_on_new_line();
  rl_redisplay();
}

void creadline_suspend(void) {
  if (is_active) rl_cleanup_after_signal();
}

void creadline_resume(void) {
  if (!is_active) return;
  // Whoever had the terminal meanwhile may have left it in any mode.
  rl_deprep_terminal();
  rl_reset_after_signal();
  rl_resize_terminal();
  rl_on_new_line();
  rl_forced_update_display();
}

int creadline_marks_pastes(void) {
  const char *value = rl_variable_value("enable-bracketed-paste");
  return value && strcmp(value, "on") == 0;
}

void creadline_resize(void) { rl_resize_terminal(); }

void creadline_add_history(const char *entry) { add_history(entry); }

void creadline_forget(const char *entry) {
  for (int i = history_length - 1; i >= 0; i--) {
    HIST_ENTRY *found = history_get(history_base + i);
    if (!found || strcmp(found->line, entry) != 0) continue;
    HIST_ENTRY *removed = remove_history(i);
    if (removed) free_history_entry(removed);
  }
}

void creadline_clear_history(void) { clear_history(); }
