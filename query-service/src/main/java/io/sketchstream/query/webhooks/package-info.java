/// Sends the matches of standing queries to their webhooks. One query service leads and calls all
/// of them. Each gets its matches in the order of the log, independently of the others. What it has
/// not accepted is noted in `webhooks`, so that it delays nobody and a crash loses nothing.
///
/// ```
/// standing-queries ─> receivers ─┐
/// matches ──────────> reader ────┴─> a queue for each webhook ──> HTTP
///                       └── what is left ──> webhooks
/// ```
package io.sketchstream.query.webhooks;
