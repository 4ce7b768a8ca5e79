/** What stands above a class, its methods and its parameters where decorators are compiled. */
interface Decorations {
  readonly class: readonly ClassDecorator[];
  readonly methods?: Readonly<Record<string, readonly MethodDecorator[]>>;
  /** Of the constructor, by position. */
  readonly parameters?: readonly ParameterDecorator[];
  /** By method and position. */
  readonly methodParameters?: Readonly<Record<string, readonly ParameterDecorator[]>>;
}

/** Applies Nest's decorators by hand: Node.js runs TypeScript as it is, and that has no decorators. */
export function decorate(target: abstract new (...args: never[]) => object, decorations: Decorations): void {
  const { prototype } = target;
  for (const [name, decorators] of Object.entries(decorations.methods ?? {})) {
    const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
    if (descriptor === undefined) throw new Error(`${target.name} has no method ${name}`);
    for (const apply of decorators) apply(prototype, name, descriptor);
  }
  for (const [name, decorators] of Object.entries(decorations.methodParameters ?? {})) {
    for (const [index, apply] of decorators.entries()) apply(prototype, name, index);
  }
  for (const [index, apply] of (decorations.parameters ?? []).entries()) apply(target, undefined, index);
  for (const apply of decorations.class) apply(target);
}
