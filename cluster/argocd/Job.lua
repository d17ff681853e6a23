-- Health of a Job of Taskbridge for Argo CD, from its conditions (docs/monitoring.md). Argo CD has no string library here.
local conditions = {}
if obj.status ~= nil and obj.status.conditions ~= nil then
  for _, condition in ipairs(obj.status.conditions) do
    conditions[condition.type] = condition
  end
end

local ready = conditions.Ready
if ready == nil or ready.observedGeneration ~= obj.metadata.generation then
  return { status = "Progressing", message = "Taskbridge has not read it yet, which it does each minute in an open space." }
end
if ready.status == "False" and ready.reason == "Suspended" then
  return { status = "Suspended", message = ready.message }
end
if ready.status == "False" then
  return { status = "Degraded", message = ready.message }
end

local healthy = conditions.Healthy
if healthy ~= nil and healthy.status == "False" then
  return { status = "Degraded", message = healthy.reason .. ": " .. healthy.message }
end

-- Waiting is what Forbid and Replace do.
local onTime = conditions.OnTime
if onTime ~= nil and onTime.status == "False" and onTime.reason ~= "Waiting" then
  return { status = "Degraded", message = onTime.reason .. ": " .. onTime.message }
end

return { status = "Healthy", message = ready.message }
