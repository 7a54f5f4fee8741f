/// Who may call: whoever knows the token, and, while only this machine can reach the service,
/// everybody.
package io.sketchstream.shell.access;
