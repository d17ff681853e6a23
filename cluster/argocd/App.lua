-- Health of an App of Taskbridge for Argo CD (docs/monitoring.md). Argo CD has no string library here.
local status = obj.status or {}

for _, condition in ipairs(status.conditions or {}) do
  if condition.status == "False" then
    if condition.observedGeneration ~= obj.metadata.generation then
      return { status = "Progressing", message = "Taskbridge has not read the change yet." }
    end
    return { status = "Degraded", message = condition.reason .. ": " .. condition.message }
  end
end

-- An app with an image of its own runs on that.
local build = status.build
if build ~= nil and obj.spec.image == nil then
  if build.state == "pending" or build.state == "running" then
    return { status = "Progressing", message = "Its source is being built." }
  end
  if build.state ~= "succeeded" then
    return { status = "Degraded", message = "The build " .. build.state .. ": " .. (build.message or build.reason or "") }
  end
end

return { status = "Healthy", message = "Tasks can run on it." }
