"""Forty-two bugs that hurt the users of other session managers, and for each the tests that would find it here."""

import ast

import bed
import pytest

PITFALLS = {
    # ---- data loss
    "1 a store that cannot be decrypted is read as empty, and the emptiness written back": [
        "test_secrets_store.py::TestAFileThatCannotBeRead::test_says_damaged_for_every_changed_byte_and_stays_as_it_is",
        "test_secrets_store.py::TestAFileThatCannotBeRead::test_says_truncated_at_every_length_and_stays_as_it_is",
        "test_secrets_store.py::TestAWrongKey::test_of_another_or_a_lost_key_file",
        "test_secrets_exchange.py::TestTwoMachines::test_a_damaged_file_is_an_error_and_neither_side_changes",
        "test_tui.py::test_errors_of_the_store_are_shown_not_taken_for_emptiness",
    ],
    "2 a file rewritten in place is emptied by a full disk or a kill": [
        "test_files.py::test_a_full_disk_leaves_the_old_content_and_no_rubbish",
        "test_secrets_store.py::test_a_full_disk_leaves_the_old_store",
        "test_secrets_store.py::test_killed_at_any_step_it_leaves_the_old_or_the_new_store_and_no_plaintext",
        "test_install.py::test_a_kill_at_any_moment_of_installing_leaves_something_that_installs_and_uninstalls",
    ],
    "3 recovery checks the snapshot out over newer work, then deletes the snapshot": [
        "test_history.py::test_what_is_missing_or_older_comes_back_and_newer_stays",
        "test_history.py::test_the_older_file_that_recovery_replaces_is_kept",
        "test_history.py::test_recovery_that_fails_keeps_the_autosave_and_stops_nothing",
    ],
    "4 autosave is for notes only, and two conversations eat each other's ref": [
        "test_hooks.py::test_an_edit_is_saved_in_the_background",
        "test_history_kills.py::test_twenty_autosaves_at_once_lose_nothing",
        "test_history_kills.py::test_a_ref_that_somebody_else_has_moved_is_not_overwritten",
    ],
    "5 the next record glues itself to the half line of a killed append": [
        "test_files.py::test_appending_ends_a_torn_line_first",
        "test_files.py::test_many_appends_at_once_lose_no_line",
        "test_hooks.py::test_twenty_of_each_at_once_lose_no_line",
    ],
    "6 one torn JSON line hides every later one": [
        "test_search.py::test_torn_and_foreign_lines_are_passed_over",
        "test_conversations.py::test_an_exported_conversation_is_what_a_person_would_want_to_read",
    ],
    "7 move deletes after an unverified copy, merges into a namesake, and checks no lock": [
        "test_remote_failures.py::test_an_rsync_that_dies_half_way",
        "test_remote_failures.py::test_a_byte_that_was_corrupted",
        "test_remote_moving.py::test_a_name_that_is_taken_there",
        "test_remote_moving.py::test_a_session_that_is_open",
        "test_remote_moving.py::test_a_session_that_is_open_there",
    ],
    "8 delete removes a directory under a running Claude, the root, or its parent": [
        "test_sessions.py::test_the_list_and_rm_and_rename_know_who_is_inside",
        "test_sessions.py::test_an_empty_name_is_an_error_that_touches_nothing",
        "test_sessions.py::test_a_hostile_name_is_an_error_that_touches_nothing",
    ],
    "9 an adopted project's branch is committed and pushed, its origin overwritten": [
        "test_life.py::test_a_session_in_an_adopted_repository_never_commits_to_it",
        "test_sync_remotes.py::test_an_adopted_repository_is_never_committed_to_nor_pushed_on_its_own",
        "test_sync_remotes.py::test_the_remote_of_an_adopted_repository_is_left_alone",
        "test_sync.py::test_another_branch_than_main_is_pushed_as_it_is_called",
    ],
    "10 a layout migration collides with its own leftovers": [
        "test_life.py::test_the_flat_layout_is_listed_and_moves_into_cs_on_first_open",
        "test_life.py::test_a_migration_that_was_killed_is_continued",
        "test_life.py::test_a_session_of_an_earlier_tool_opens_as_it_is",
    ],
    "11 archiving drops text": [
        "test_hooks.py::test_no_line_is_lost_or_doubled",
        "test_hooks.py::test_killed_anywhere_the_archiver_loses_and_doubles_nothing",
        "test_hooks.py::test_archiving_next_to_an_empty_archive_loses_nothing",
    ],
    # ---- conversations
    "12 Claude Code deletes old transcripts": [
        "test_conversations.py::test_keeping_is_a_second_name_for_the_same_file",
        "test_conversations.py::test_a_transcript_that_claude_would_delete_gets_a_fresh_date",
        "test_end_to_end.py::test_a_conversation_outlives_rename_move_trash_and_deletion",
    ],
    "13 --continue takes the wrong conversation, --session-id begins a blank one": [
        "test_conversations.py::test_the_newest_of_the_sessions_own_is_resumed",
        "test_end_to_end.py::test_after_clear_without_more_talk_the_old_one_is_resumed",
        "test_end_to_end.py::test_a_start_in_which_nothing_was_said_does_no_harm",
    ],
    "14 the id changes while the program runs; a bad event overwrites the only slot": [
        "test_end_to_end.py::test_after_clear_and_more_talk_the_newer_conversation_is_resumed",
        "test_conversations.py::test_an_id_whose_transcript_is_gone_is_kept_in_the_list_and_the_one_before_resumed",
        "test_conversations.py::test_many_notes_at_once_lose_none",
    ],
    "15 another Claude in the same folder rebinds the session or releases its lock": [
        "test_end_to_end.py::test_a_claude_p_inside_of_the_session_is_not_what_is_resumed",
        "test_sessions.py::test_only_the_owner_releases_a_lock",
    ],
    "16 a transcript of gigabytes is loaded whole": [
        "test_conversations.py::test_a_huge_transcript_with_a_huge_line_costs_neither_time_nor_memory",
        "test_search_index.py::test_gigantic_lines_do_not_fill_the_memory",
    ],
    # ---- locks and processes
    "17 PID files race and are recycled; /clear releases the lock": [
        "test_sessions.py::test_of_many_that_open_at_once_exactly_one_gets_the_lock",
        "test_sessions.py::test_a_recycled_process_number_is_not_the_owner",
        "test_sessions.py::test_a_lock_of_nobody_is_taken_over_silently",
        "test_hooks.py::test_a_conversation_that_ends_is_not_the_end_of_the_session",
    ],
    "18 a program overwrites its own file while it runs": [
        "test_update.py::test_a_session_that_is_open_during_an_update_ends_well_with_the_version_it_began_with",
        "test_update.py::test_an_update_that_is_killed_at_any_moment_leaves_a_cs_that_runs_with_its_own_hooks",
    ],
    # ---- hooks
    "19 a hook's output is not one JSON document, or a crash blocks the tool call": [
        "test_hooks.py::test_any_input_leads_to_success_and_at_most_one_json_document",
        "test_hooks.py::test_a_failure_of_its_own_is_one_line_in_the_log",
        "test_hooks.py::test_a_large_event_takes_little_memory_and_is_understood",
    ],
    "20 a Write's path is rewritten": [
        "test_hooks.py::test_the_file_itself_stays_as_it_is_and_a_credential_is_stored_before_the_copy_names_it",
        "test_hooks_real.py::test_everything_that_the_hooks_promise_is_visible_after_a_session",
    ],
    "21 a hook answers 'allow' to every call": [
        "test_hooks.py::test_everything_else_is_left_to_the_user_without_a_word",
        "test_hooks.py::test_other_tools_are_not_approved",
    ],
    "22 auto-approval follows .. and links out of the metadata directory": [
        "test_hooks.py::test_a_document_that_is_a_link_is_not_approved",
        "test_hooks.py::test_everything_else_is_left_to_the_user_without_a_word",
        "test_hooks.py::test_a_copy_is_never_written_through_a_link_that_leads_out",
    ],
    "23 SessionEnd is killed, and what it should have done is lost": [
        "test_launch.py::test_a_client_that_is_killed_is_committed_and_unlocked",
        "test_launch.py::test_killed_both_the_next_open_commits_what_was_left",
        "test_end_to_end.py::test_after_a_crash_of_both_the_conversation_goes_on",
    ],
    "24 a hook that somebody waits for uses the network": [
        "test_hooks.py::test_no_hook_waits_for_the_network",
    ],
    "25 injected text costs tokens on every turn": [
        "test_hooks.py::test_the_context_stays_short_whatever_names_and_headings_there_are",
        "test_hooks.py::test_a_shorter_text_follows_on_compaction_and_clear",
    ],
    "26 uninstall leaves entries whose script is gone": [
        "test_install.py::test_install_then_uninstall_leaves_the_home_byte_identical",
        "test_install.py::test_a_kill_at_any_moment_of_installing_leaves_something_that_installs_and_uninstalls",
        "test_install.py::test_a_hook_whose_interpreter_or_program_is_gone_finds_another_or_is_silent",
    ],
    "27 variables of a session leak into nested calls and tests": [
        "test_bed.py::test_nothing_of_the_caller_reaches_a_program",
        "test_end_to_end.py::test_a_claude_p_inside_of_the_session_is_not_what_is_resumed",
        "test_hooks.py::test_outside_a_session_nothing_is_said_or_done",
    ],
    # ---- installing
    "28 settings.json loses other tools' hooks, gets doubled entries, or is dropped": [
        "test_install.py::test_what_others_changed_meanwhile_survives_uninstalling",
        "test_install.py::test_doubled_moved_and_original_entries_are_replaced_by_one",
        "test_install.py::test_settings_that_cannot_be_understood_are_refused_and_nothing_is_installed",
    ],
    "29 a check that cannot run passes": [
        "test_install.py::test_from_a_release_the_checksum_decides",
        "test_update_download.py::test_without_the_right_checksum_nothing_is_taken",
        "test_update_download.py::test_a_build_with_a_key_takes_no_release_without_a_signature",
    ],
    "30 another program called cs is overwritten": [
        "test_install.py::test_another_program_of_that_name_is_not_overwritten_and_another_name_works",
        "test_doctor.py::test_another_program_of_the_same_name",
    ],
    "31 the interpreter that ran the installer vanishes": [
        "test_install.py::test_the_interpreter_that_vanished_is_replaced_by_another",
        "test_install.py::test_a_hook_whose_interpreter_or_program_is_gone_finds_another_or_is_silent",
    ],
    # ---- secrets
    "32 values are on command lines": [
        "test_secrets.py::test_no_value_is_in_any_command_line_or_environment",
        "test_secrets_backends.py::TestTheMacKeychain::test_values_are_never_arguments",
        "test_secrets.py::test_the_longest_value_fits",
    ],
    "33 renaming the machine orphans every secret": [
        "test_secrets_store.py::test_another_name_of_machine_or_user_changes_nothing",
    ],
    "34 eval of an export executes what a synced file says": [
        "test_secrets.py::test_names_that_change_programs_are_refused_as_a_whole",
        "test_secrets.py::test_eval_of_export_gives_back_every_value",
    ],
    "35 patterns flag keyboard, author and monkey": [
        "test_detector.py::test_precision_and_recall_are_at_least_97_of_100",
    ],
    "36 files are readable for others": [
        "test_secrets_store.py::test_nothing_is_readable_for_others_under_any_umask",
        "test_secrets_store.py::test_modes_that_somebody_loosened_are_mended_at_the_next_use",
        "test_search_index.py::test_the_index_is_private",
    ],
    "37 newlines and carriage returns of values are damaged": [
        "test_secrets.py::test_a_value_goes_in_by_stdin_and_comes_out_exactly",
        "test_secrets_backends.py::TestEveryBackend::test_gives_back_every_value_exactly",
        "test_secrets.py::test_eval_of_export_gives_back_every_value",
    ],
    # ---- terminal
    "38 control characters reach the terminal": [
        "test_sessions.py::test_control_characters_never_reach_the_terminal",
        "test_tui_screen.py::test_control_characters_on_the_disk_never_reach_the_terminal",
        "test_search.py::test_the_words_are_highlighted_on_a_terminal_and_nothing_else_reaches_it",
    ],
    "39 sliced characters crash the TUI and leave the terminal raw": [
        "test_tui_view.py::test_any_string_at_any_size_draws_a_whole_frame",
        "test_tui_screen.py::test_the_terminal_is_as_it_was",
        "test_launch.py::test_the_terminal_is_restored_after_a_client_that_was_killed_in_raw_mode",
    ],
    "40 one process per row and tick": [
        "test_sessions.py::test_listing_starts_no_other_process",
        "test_tui_screen.py::test_it_sleeps_while_nothing_happens",
    ],
    "41 a click or a delete acts on another row than the one shown": [
        "test_tui_view.py::test_every_row_on_the_screen_is_hit_where_it_is_drawn",
        "test_tui.py::test_a_click_selects_the_row_that_is_shown_there",
        "test_tui.py::test_the_selection_stays_by_name_and_goes_to_the_next_row_when_it_vanishes",
    ],
    "42 .git is a file": [
        "test_files.py::test_the_git_directory_is_found_behind_a_file",
        "test_history.py::test_two_work_trees_of_one_repository_keep_their_autosaves_apart",
        "test_remote_moving.py::test_a_work_tree_moves_without_the_file_that_points_to_its_repository",
    ],
}


def names_in(name):
    """The tests of a file, as pytest calls them."""
    found = set()
    for node in ast.parse((bed.TESTS / name).read_text(encoding="utf-8")).body:
        inner = node.body if isinstance(node, ast.ClassDef) else [node]
        prefix = f"{name}::{node.name}::" if isinstance(node, ast.ClassDef) else f"{name}::"
        found |= {prefix + each.name for each in inner if isinstance(each, ast.FunctionDef)}
    return found


def test_all_pitfalls_are_listed():
    assert [int(title.split()[0]) for title in PITFALLS] == list(range(1, 43))


@pytest.mark.parametrize("title", PITFALLS)
def test_a_test_would_notice(title):
    names = PITFALLS[title]
    assert names and set(names) <= {test for name in names for test in names_in(name.split("::")[0])}
