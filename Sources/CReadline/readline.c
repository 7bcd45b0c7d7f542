#include "CReadline.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <readline/history.h>
#include <readline/readline.h>

static creadline_completer completer;
static void *completer_context;

static char *accepted_line;
static bool line_is_accepted;
static bool input_has_ended;
static bool is_active;

static char **candidates;
static size_t candidate_count;
static size_t candidate_capacity;
static bool wants_paths;

static void forget_candidates(void) {
  for (size_t i = 0; i < candidate_count; i++) free(candidates[i]);
  candidate_count = 0;
  wants_paths = false;
}

void creadline_offer(const char *candidate) {
  if (candidate_count == candidate_capacity) {
    size_t capacity = candidate_capacity ? candidate_capacity * 2 : 32;
    char **grown = realloc(candidates, capacity * sizeof *grown);
    if (!grown) return;
    candidates = grown;
    candidate_capacity = capacity;
  }
  char *copy = strdup(candidate);
  if (copy) candidates[candidate_count++] = copy;
}

void creadline_offer_paths(void) { wants_paths = true; }

void creadline_follow_with(char character) { rl_completion_append_character = character; }

/// Called by readline with rising `state`; hands over one candidate a call, which readline frees.
static char *next_candidate(const char *text, int state) {
  static size_t index;
  if (state == 0) index = 0;
  size_t length = strlen(text);
  while (index < candidate_count) {
    const char *candidate = candidates[index++];
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

static void accept_line(char *line) {
  // Removing the handler here keeps readline from showing the prompt once more.
  rl_callback_handler_remove();
  is_active = false;
  line_is_accepted = line != NULL;
  input_has_ended = line == NULL;
  accepted_line = line;
}

void creadline_configure(const char *application, creadline_completer chosen, void *context) {
  completer = chosen;
  completer_context = context;
  rl_readline_name = application;
  rl_attempted_completion_function = complete;
  rl_completer_word_break_characters = (char *)" \t\n;={},";
  rl_completer_quote_characters = "\"";
  // Signals are the program's own business.
  rl_catch_signals = 0;
  rl_catch_sigwinch = 0;
  // Defaults that ~/.inputrc, read right after, may change.
  rl_variable_bind("enable-bracketed-paste", "on");
  rl_variable_bind("show-all-if-ambiguous", "on");
  rl_variable_bind("colored-completion-prefix", "off");
  rl_variable_bind("history-preserve-point", "off");
  using_history();
}

void creadline_begin(const char *prompt) {
  line_is_accepted = input_has_ended = false;
  free(accepted_line);
  accepted_line = NULL;
  is_active = true;
  rl_callback_handler_install(prompt, accept_line);
}

int creadline_feed(void) {
  if (is_active) rl_callback_read_char();
  if (line_is_accepted) return CREADLINE_LINE;
  return input_has_ended ? CREADLINE_END : CREADLINE_MORE;
}

char *creadline_take(void) {
  char *line = accepted_line;
  accepted_line = NULL;
  line_is_accepted = false;
  return line;
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
  rl_crlf();
  rl_on_new_line();
  rl_redisplay();
}

void creadline_hide(void) {
  if (is_active) rl_clear_visible_line();
}

void creadline_show(void) {
  if (!is_active) return;
  rl_on_new_line();
  rl_redisplay();
}

void creadline_resize(void) { rl_resize_terminal(); }

void creadline_add_history(const char *entry) { add_history(entry); }

void creadline_clear_history(void) { clear_history(); }
