package io.sketchstream.query.webhooks;

import java.time.Duration;

/// How webhooks are called.
///
/// @param allowHttp whether a URL may begin with `http:`
/// @param allowPrivate whether addresses are called that are not public
/// @param timeout of one call, from the name's resolution to the status of the answer
/// @param retryMin wait after the first failure; doubled with each further one
/// @param retryMax longest wait between two attempts
/// @param stopAfter a webhook is stopped after it has only failed for this long
/// @param concurrentMax most calls at once; those that have failed or are slow get half of them
/// @param countMax most standing queries, and so webhooks
public record WebhookOptions(
    boolean allowHttp,
    boolean allowPrivate,
    Duration timeout,
    Duration retryMin,
    Duration retryMax,
    Duration stopAfter,
    int concurrentMax,
    int countMax) {}
