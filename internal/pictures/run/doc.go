// Run makes the pictures of the screen that the documentation shows:
//
//	run -dir docs/pictures            of each NAME.script there, NAME.svg
//
// A script has people talk on a real server; what one of them sees at its end, an emulated terminal's screen, is
// drawn. So a picture shows what the server does, or it is not made.
//
// A script is lines of text. Empty ones and those that begin with # mean nothing. It begins with what the picture is
// and whose screen it shows:
//
//	title TEXT          in the bar of the window
//	about TEXT          for those who cannot see it
//	screen NAME
//
// The rest is what happens, one thing after the other:
//
//	clock DATE TIME     it is that time now: 2026-03-16 14:02; the first thing that happens
//	NAME connects LINE  ssh to the server; LINE is what the screen shows as the command
//	NAME arrives        connects and signs up; the password is correct horse battery
//	NAME types TEXT     and Enter, once the screen shows TEXT; ⏎ in TEXT is Alt-Enter
//	NAME answers TEXT   and Enter, to a question that does not show what is typed
//	NAME begins TEXT    the same as types, without Enter
//	NAME sees TEXT      wait until TEXT stands on the screen above the row of the cursor
//	NAME at TEXT        wait until TEXT is all that stands left of the cursor
//	NAME clears         ^L; the screen is empty but for the row of the cursor
//	NAME leaves         /logout, and wait until the session has ended
//
// Nothing waits for time to pass, and times are those of the script, in UTC: so a script always makes the same
// picture, provided that it waits for what it shows. What one person has to see before another goes on is waited for,
// by a text that does not stand there anyway; and it ends with an at or a begins of the one whose screen is shown.
// What depends on how fast a client is, such as what sent says of those who are online, is not to be shown.
package main
