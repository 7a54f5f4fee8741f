/// Progress that more than one service reports, so that `/v1/status` of the query service and
/// `/v1/models` of the training service say the same.
package io.sketchstream.shell.progress;
