package io.sketchstream.ingest.http;

import jakarta.ws.rs.NameBinding;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Marks a resource method that takes an upload: [AdmissionFilter] decides before its body is read.
@NameBinding
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface Upload {
  Kind value();

  /// What is uploaded.
  enum Kind {
    /// One image; its body is held in memory.
    IMAGE,
    /// Many files; they wait on disk.
    BATCH,
    /// Labels; they are written while they arrive.
    LABELS
  }
}
