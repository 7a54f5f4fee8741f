package io.sketchstream.shell.access;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Says which scope the key of a caller needs. On a resource method, or on a class for all of its
/// methods. Without it, a method that changes nothing needs [Scope#READ], any other [Scope#ADMIN].
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface RequiresScope {
  Scope value();
}
