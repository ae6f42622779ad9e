// Finds conditions whose value is always an object, which is always true. `if (await guard.attempt(...))` accepts every code, and the
// compiler does not report it.
import ts from "typescript";

const ALWAYS_TRUE = ts.TypeFlags.Object | ts.TypeFlags.NonPrimitive | ts.TypeFlags.ESSymbol;
/** Functions that read their first argument as a boolean. */
const ASSERTIONS = /^(Boolean|assert|assert\.ok|console\.assert)$/;

/** Returns the conditions of the file that are always true, and those that call an `attempt` whose result has no known type. */
export function findAlwaysTrue(program, file) {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const found = [];

  const isAlwaysTrue = (type) =>
    type.isUnion() ? type.types.every(isAlwaysTrue) : type.isIntersection() || (type.flags & ALWAYS_TRUE) !== 0;

  function judge(condition) {
    const inner = ts.skipOuterExpressions(condition);
    // The operands of `!`, `&&` and `||` are judged where the walk meets them.
    if (isLogical(inner) || ts.isPrefixUnaryExpression(inner)) return;
    const type = checker.getTypeAtLocation(inner);
    const isUnknown = (type.flags & ts.TypeFlags.Any) !== 0 && /\battempt\w*\(/.test(inner.getText(source));
    if (!isAlwaysTrue(type) && !isUnknown) return;
    const line = source.getLineAndCharacterOfPosition(inner.getStart(source)).line + 1;
    found.push({ line, condition: inner.getText(source).replace(/\s+/g, " "), type: checker.typeToString(type) });
  }

  function walk(node) {
    for (const condition of conditionsOf(node)) judge(condition);
    ts.forEachChild(node, walk);
  }
  walk(source);
  return found;
}

const LOGICAL = [ts.SyntaxKind.AmpersandAmpersandToken, ts.SyntaxKind.BarBarToken];
const isLogical = (node) => ts.isBinaryExpression(node) && LOGICAL.includes(node.operatorToken.kind);

/** The expressions that the node reads as booleans. */
function conditionsOf(node) {
  if (ts.isIfStatement(node) || ts.isWhileStatement(node) || ts.isDoStatement(node))
    return [node.expression, ...rest(node.expression)];
  if (ts.isForStatement(node) || ts.isConditionalExpression(node))
    return node.condition ? [node.condition, ...rest(node.condition)] : [];
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken)
    return [node.operand, ...rest(node.operand)];
  if (isLogical(node)) return [node.left];
  if (ts.isCallExpression(node) && ASSERTIONS.test(node.expression.getText())) {
    const [value] = node.arguments;
    return value ? [value, ...rest(value)] : [];
  }
  return [];
}

/** The last operand of a condition of several operands. The walk finds the others. */
function rest(condition) {
  const inner = ts.skipOuterExpressions(condition);
  return isLogical(inner) ? [inner.right, ...rest(inner.right)] : [];
}
