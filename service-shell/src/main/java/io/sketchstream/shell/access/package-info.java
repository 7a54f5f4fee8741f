/// Access control by token. Without one, only this machine may reach the service.
package io.sketchstream.shell.access;
