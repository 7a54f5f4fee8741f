package io.sketchstream.shell.admission;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Says what body a resource method takes. A method without it takes one of [BodyKind#OTHER] into
/// memory, bounded by `access.body-bytes-max`.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface TakesBody {
  /// The limit of all others.
  String LIMIT = "access.body-bytes-max";

  BodyKind kind();

  /// Name of the setting that holds the largest size in bytes.
  String limit() default LIMIT;

  /// Whether it is worked on or written to disk while it arrives, so that it takes no memory.
  boolean streamed() default false;
}
