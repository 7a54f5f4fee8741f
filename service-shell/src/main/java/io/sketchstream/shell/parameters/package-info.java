/// What a request asks in its path and its URL parameters: a parameter that a call does not have is
/// refused, as its sender believes that it has an effect.
package io.sketchstream.shell.parameters;
