/// Tells standing queries' matches to their webhooks. One query service leads and calls all of
/// them; each is told in the order of the log, beside the others, and what one has not taken is
/// noted in `webhooks`, so that it keeps nobody waiting and a crash loses nothing.
///
/// ```
/// standing-queries ─> receivers ─┐
/// matches ──────────> reader ────┴─> a queue for each webhook ──> HTTP
///                       └── what is left ──> webhooks
/// ```
package io.sketchstream.query.webhooks;
