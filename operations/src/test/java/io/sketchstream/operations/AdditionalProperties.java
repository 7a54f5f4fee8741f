package io.sketchstream.operations;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Collection;
import java.util.Map;
import java.util.Set;

/// Finds properties in an object of a Kubernetes or Strimzi type for which the type has no field.
final class AdditionalProperties {
  private final Set<String> found;

  AdditionalProperties(Set<String> found) {
    this.found = found;
  }

  void collect(Object object, String path) {
    switch (object) {
      case null -> {}
      case Collection<?> items -> items.forEach(item -> collect(item, path + "/*"));
      case Map<?, ?> entries -> entries.forEach((key, value) -> collect(value, path + "/" + key));
      default -> {
        String type = object.getClass().getPackageName();
        if (!object.getClass().isEnum()
            && (type.startsWith("io.fabric8") || type.startsWith("io.strimzi"))) {
          collectFields(object, path);
        }
      }
    }
  }

  private void collectFields(Object object, String path) {
    for (Method getter : object.getClass().getMethods()) {
      if (getter.getParameterCount() > 0
          || !getter.getName().startsWith("get")
          || getter.getDeclaringClass() == Object.class) {
        continue;
      }
      Object value = value(getter, object);
      if (getter.getName().equals("getAdditionalProperties")) {
        ((Map<?, ?>) value).keySet().forEach(key -> found.add(path + "/" + key));
      } else if (!(value instanceof Class<?>)) {
        collect(value, path + "/" + getter.getName().substring(3));
      }
    }
  }

  private static Object value(Method getter, Object object) {
    try {
      return getter.invoke(object);
    } catch (InvocationTargetException e) {
      return null; // A getter that fails on an incomplete object.
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
