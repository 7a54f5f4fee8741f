package io.sketchstream.query.search;

import io.sketchstream.events.SearchAnswered;

/// An answer and how long it was on its way back.
record Reply(SearchAnswered answer, long hopMicros) {}
